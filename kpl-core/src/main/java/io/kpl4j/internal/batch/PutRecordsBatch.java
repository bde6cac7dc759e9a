// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.batch;

import io.kpl4j.internal.aggregate.KinesisRecord;
import java.util.List;

/**
 * The Kinesis records of one PutRecords call, in order. Immutable; the records in it belong to the
 * loop, and the sender reads only what {@link KinesisRecord} says it may.
 *
 * @param streamName name of the stream
 * @param records the records, at least one
 * @param sizeBytes data and partition keys
 * @param userRecords user records in all
 */
public record PutRecordsBatch(
    String streamName, List<KinesisRecord> records, long sizeBytes, int userRecords) {

  /** Keeps a copy and adds up. */
  public static PutRecordsBatch of(String streamName, List<KinesisRecord> records) {
    long bytes = 0;
    int users = 0;
    for (KinesisRecord record : records) {
      bytes += record.sizeBytes();
      users += record.live();
    }
    return new PutRecordsBatch(streamName, List.copyOf(records), bytes, users);
  }
}
