// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.Objects.requireNonNull;

import io.kpl4j.internal.shard.ShardLister;
import io.kpl4j.internal.shard.ShardListing;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Lists shards through the AWS SDK. Thread-safe. */
public final class SdkShardLister implements ShardLister {

  private final KinesisConnection connection;
  private final Executor workers;

  /**
   * Lists over the connection.
   *
   * @param connection neither closed nor changed here
   * @param workers where requests are made: that may have to wait for credentials
   */
  public SdkShardLister(KinesisConnection connection, Executor workers) {
    this.connection = requireNonNull(connection, "connection");
    this.workers = requireNonNull(workers, "workers");
  }

  @Override
  public void list(String streamName, boolean openOnly, Consumer<ShardListing> onReply) {
    new ShardPages(connection, workers, streamName, openOnly, onReply).next();
  }
}
