// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.event;

import org.jspecify.annotations.Nullable;

/** What happens in one stream. Called on the producer's loop thread only. */
public interface StreamEvents {

  /**
   * Returns the receiver for one shard.
   *
   * @param shardId the shard's id, or null while the shard of a record is not known
   * @return the receiver, never null
   */
  ShardEvents shard(@Nullable String shardId);

  /**
   * User records were accepted. Reported when the loop first sees them, at the latest when they are
   * sent.
   *
   * @param count how many user records
   * @param bytes their data in bytes, without keys
   */
  default void recordsReceived(int count, long bytes) {}

  /**
   * Records were dropped because there was no room for them, as {@code AdmissionPolicy=drop} says.
   *
   * @param count how many since the last such report
   */
  default void recordsDropped(long count) {}

  /**
   * A PutRecords call was handed to the sender.
   *
   * @param requestId the call's number, counted by the producer; logs have it too
   * @param kinesisRecords entries in the call
   * @param userRecords user records in the call
   * @param bytes data and partition keys of the call, in bytes
   */
  default void requestStarted(long requestId, int kinesisRecords, int userRecords, long bytes) {}

  /**
   * A PutRecords call was answered or failed. Comes before what its Kinesis records report, so that
   * a receiver can tell a failed call from refused entries.
   *
   * @param requestId the number with which it was started
   * @param kinesisRecords entries in the call
   * @param userRecords user records in the call
   * @param bytes data and partition keys of the call, in bytes
   * @param durationNanos from the hand-over to the sender until the reply was read, in nanoseconds
   * @param errorCode why the whole call failed, or null if the service answered for each entry
   */
  default void requestFinished(
      long requestId,
      int kinesisRecords,
      int userRecords,
      long bytes,
      long durationNanos,
      @Nullable String errorCode) {}

  /**
   * A new shard map was installed.
   *
   * @param openShards how many open shards it has
   */
  default void shardMapInstalled(int openShards) {}

  /**
   * The stream's handle is let go: nobody has used the stream for a while, or the producer closes.
   */
  default void streamRetired() {}
}
