// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.event;

import io.kpl4j.ProducerMetrics;
import java.util.Optional;

/**
 * Receives what happens in one producer. Implementations must be thread-safe.
 *
 * <p>The pipeline asks for a {@link StreamEvents} once for each stream and for a {@link
 * ShardEvents} once for each shard, and keeps both; nothing is looked up for each record. A shard's
 * is let go when a reshard has replaced the shard, a stream's and those of its shards when nobody
 * has used the stream for 15 minutes, and all when the producer closes; each is told so. What comes
 * after all is asked for again: a receiver may return the same or another. No method is ever called
 * on the thread of a caller of {@code put}: the producer's own loop makes all calls, so a slow
 * implementation slows the producer down. An exception is caught, logged once a minute at most, and
 * has no other effect.
 */
public interface ProducerEvents extends AutoCloseable {

  /**
   * Returns the receiver for one stream.
   *
   * @param streamName the stream's name as given to {@code put}
   * @return the receiver, never null; the pipeline calls it on its loop thread
   */
  StreamEvents stream(String streamName);

  /**
   * Called once before the first event, on the thread that builds the producer.
   *
   * @param state what the producer holds, to be asked at any time and by any thread
   */
  default void started(ProducerState state) {}

  /**
   * {@return what this receiver keeps for {@link io.kpl4j.KinesisProducer#metrics()}; empty, the
   * default, if nothing} The first receiver that has something answers for the producer.
   */
  default Optional<ProducerMetrics> metrics() {
    return Optional.empty();
  }

  /**
   * Called once when the producer has closed, after the last event. Called on the thread that
   * closes the producer; must return within a few seconds.
   */
  @Override
  default void close() {}

  /** {@return the receiver that ignores everything} */
  static ProducerEvents none() {
    return NoEvents.INSTANCE;
  }
}
