// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.event;

import org.jspecify.annotations.Nullable;

/**
 * What happens in one shard, or in a stream while its shard is unknown. Called on the loop thread.
 * Verdicts on user records are told just before their futures complete, so that whoever has a
 * result finds it counted.
 */
public interface ShardEvents {

  /**
   * The user records of one Kinesis record complete normally. Unless overridden, each is told to
   * {@link #userRecordPut}.
   *
   * @param records the records
   */
  default void userRecordsPut(StoredRecords records) {
    for (int i = 0; i < records.count(); i++) {
      userRecordPut(records.dataBytes(i), records.latencyNanos(i), records.attempts());
    }
  }

  /**
   * A user record completes normally.
   *
   * @param dataBytes the record's data in bytes
   * @param latencyNanos from acceptance by {@code put} to the verdict, in nanoseconds
   * @param attempts attempts made, at least 1
   */
  default void userRecordPut(int dataBytes, long latencyNanos, int attempts) {}

  /**
   * A user record completes exceptionally.
   *
   * @param errorCode the error code of the last attempt, or {@code Expired}
   * @param attempts attempts made, 0 if none
   */
  default void userRecordFailed(String errorCode, int attempts) {}

  /**
   * A Kinesis record left for a call.
   *
   * @param tokenWaitNanos for how long beyond its linger, or since its last attempt, it waited for
   *     the shard's rate limit, in nanoseconds
   * @param slotWaitNanos for how long it then waited for a call to be free, in nanoseconds; not
   *     counted is what it waited for a backoff, or for the 2 ms between two calls
   */
  default void kinesisRecordSent(long tokenWaitNanos, long slotWaitNanos) {}

  /**
   * One attempt of a Kinesis record came to an end.
   *
   * @param userRecords user records in it
   * @param bytes its data in bytes
   * @param bufferedNanos from the acceptance of its oldest user record, or from the end of its
   *     previous attempt, to the start of this one, in nanoseconds
   * @param errorCode why it was not accepted, or null if it was
   */
  default void kinesisRecordAttempted(
      int userRecords, int bytes, long bufferedNanos, @Nullable String errorCode) {}

  /**
   * An entry was refused because the shard's throughput was exceeded.
   *
   * @param userRecords user records in it
   */
  default void throttled(int userRecords) {}

  /**
   * An attempt ended without telling whether the record was stored: it may be stored twice if it is
   * sent again.
   *
   * @param userRecords user records in it
   */
  default void outcomeUnknown(int userRecords) {}

  /**
   * How fast the producer may send to the shard has changed.
   *
   * @param share as a share of 1,000 records and 1 MiB a second
   */
  default void rateChanged(double share) {}

  /**
   * An aggregate was stored on a shard whose range does not hold it, so that consumers drop it; its
   * records will be sent again.
   *
   * @param userRecords user records in it
   * @param bytes its data in bytes
   */
  default void misplaced(int userRecords, int bytes) {}

  /**
   * The shard's handle is let go: a reshard has replaced the shard, the stream is retired, or the
   * producer closes.
   */
  default void shardRetired() {}
}
