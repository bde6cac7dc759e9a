// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import java.util.function.Consumer;

/** Port: lists the shards of a stream. Thread-safe. */
public interface ShardLister {

  /**
   * Lists all pages; never throws and never blocks.
   *
   * @param streamName name of the stream
   * @param openOnly whether closed shards may be left out
   * @param onReply told once, on any thread
   */
  void list(String streamName, boolean openOnly, Consumer<ShardListing> onReply);
}
