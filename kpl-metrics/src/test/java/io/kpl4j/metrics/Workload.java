// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;

/** A known course of events. Stateless. */
final class Workload {

  static final String SHARD_0 = "shardId-000000000000";
  static final String SHARD_1 = "shardId-000000000001";
  static final String THROTTLED = "ProvisionedThroughputExceededException";

  private static final long MILLI = 1_000_000;

  private Workload() {}

  /**
   * Ten user records are accepted. A call with two Kinesis records stores one of 3 user records on
   * shard 0 and has one of 4 throttled on shard 1; the next call fails whole; then one record
   * expires and one is denied. An aggregate of 2 was misplaced.
   */
  static void drive(StreamEvents stream) {
    ShardEvents shard0 = stream.shard(SHARD_0);
    ShardEvents shard1 = stream.shard(SHARD_1);
    stream.recordsReceived(10, 2_500);

    stream.requestFinished(1, 2, 7, 2_000, 100 * MILLI, null);
    shard0.kinesisRecordAttempted(3, 650, 40 * MILLI, null);
    shard0.userRecordPut(100, 10 * MILLI, 1);
    shard0.userRecordPut(200, 20 * MILLI, 2);
    shard0.userRecordPut(300, 30 * MILLI, 3);
    shard1.kinesisRecordAttempted(4, 900, 60 * MILLI, THROTTLED);
    shard1.throttled(4);

    stream.requestFinished(2, 2, 6, 1_500, 200 * MILLI, "SdkClientException");
    shard1.kinesisRecordAttempted(4, 900, 5 * MILLI, "SdkClientException");
    shard0.kinesisRecordAttempted(2, 300, 15 * MILLI, "SdkClientException");

    shard1.userRecordFailed("Expired", 3);
    stream.shard(null).userRecordFailed("AccessDeniedException", 2);
    shard1.misplaced(2, 300);
    stream.recordsDropped(7);
    shard0.kinesisRecordSent(25 * MILLI, 5 * MILLI);
    shard0.outcomeUnknown(2);
    shard0.rateChanged(0.8);
  }
}
