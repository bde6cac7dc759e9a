// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.event;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How much a producer holds at the moment of asking, for gauges. Thread-safe; costs a short lock
 * and a few reads for each stream, and never waits for the loop.
 */
public interface ProducerState {

  /** {@return how many records were accepted and have not completed} */
  long outstandingRecords();

  /** {@return how many bytes of the buffer are in use} */
  long outstandingBytes();

  /** {@return how long ago the oldest record without a verdict was accepted; zero if none} */
  Duration oldestRecordAge();

  /** {@return how many PutRecords calls are under way} */
  int requestsInFlight();

  /** {@return how many records wait for room in the buffer, with or without a caller's thread} */
  long waitingRecords();

  /** {@return the streams that are in use} */
  List<StreamState> streams();

  /**
   * {@return one stream, empty if it is not in use}
   *
   * @param streamName the stream
   */
  Optional<StreamState> stream(String streamName);

  /**
   * How much is held of one stream. Immutable.
   *
   * @param streamName the stream
   * @param pendingRecords its records that were accepted and have no verdict
   * @param shardMapAge how long ago the last good listing of its shards began; empty before the
   *     first
   */
  record StreamState(String streamName, long pendingRecords, Optional<Duration> shardMapAge) {}
}
