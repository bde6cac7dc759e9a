// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Prints a line for each request that fails as a whole; immutable. */
final class FailedRequests implements ProducerEvents, StreamEvents, ShardEvents {

  private final PrintStream out;

  FailedRequests(PrintStream out) {
    this.out = out;
  }

  @Override
  public StreamEvents stream(String streamName) {
    return this;
  }

  @Override
  public ShardEvents shard(@Nullable String shardId) {
    return this;
  }

  @Override
  public void requestFinished(
      long requestId,
      int kinesisRecords,
      int userRecords,
      long bytes,
      long durationNanos,
      @Nullable String errorCode) {
    if (errorCode != null) {
      out.println("request failed: " + errorCode);
    }
  }

  @Override
  public void close() {}
}
