// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.event;

import org.jspecify.annotations.Nullable;

/** Ignores everything. Immutable. */
enum NoEvents implements ProducerEvents, StreamEvents, ShardEvents {
  INSTANCE;

  @Override
  public StreamEvents stream(String streamName) {
    return this;
  }

  @Override
  public ShardEvents shard(@Nullable String shardId) {
    return this;
  }

  @Override
  public void close() {}
}
