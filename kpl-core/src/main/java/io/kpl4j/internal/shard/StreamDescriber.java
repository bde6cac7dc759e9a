// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import java.util.function.Consumer;

/** Port: asks for a stream's own settings. Thread-safe. */
public interface StreamDescriber {

  /**
   * Describes a stream; never throws and never blocks.
   *
   * @param streamName name of the stream
   * @param onReply told once, on any thread
   */
  void describe(String streamName, Consumer<StreamDescription> onReply);
}
