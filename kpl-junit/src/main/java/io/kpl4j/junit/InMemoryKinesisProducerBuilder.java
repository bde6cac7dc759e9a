// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.util.Objects.requireNonNull;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordFailedException;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link InMemoryKinesisProducer}. Not thread-safe; may be used for several producers.
 */
public final class InMemoryKinesisProducerBuilder {

  KinesisProducerConfig config = KinesisProducerConfig.builder().build();
  Completion completion = Completion.AT_ONCE;
  boolean drainsAtClose = true;
  final Map<String, Integer> shards = new HashMap<>();
  @Nullable ManualClock clock;
  @Nullable Consumer<? super RecordFailedException> onFailure;

  InMemoryKinesisProducerBuilder() {}

  /**
   * Sets the configuration, as of the real producer; the default is {@code
   * KinesisProducerConfig.builder().build()}. Of it count: what records may be like, the settings
   * of single streams, {@code AdmissionPolicy}, {@code BufferMaxBytes}, {@code BufferMaxRecords},
   * {@code RecordMaxBufferedTime}, {@code RecordTtl}, {@code KeyOrder} and {@code CloseTimeout}.
   *
   * @param config the configuration
   * @return this builder
   */
  public InMemoryKinesisProducerBuilder config(KinesisProducerConfig config) {
    this.config = requireNonNull(config, "config");
    return this;
  }

  /**
   * Sets when records are answered; the default is {@link Completion#AT_ONCE}.
   *
   * @param completion when
   * @return this builder
   */
  public InMemoryKinesisProducerBuilder completion(Completion completion) {
    this.completion = requireNonNull(completion, "completion");
    return this;
  }

  /**
   * Sets how many shards a stream has, of the same width; the default is one.
   *
   * @param streamName name of the stream
   * @param shards at least 1
   * @return this builder
   */
  public InMemoryKinesisProducerBuilder stream(String streamName, int shards) {
    if (shards < 1) {
      throw new IllegalArgumentException("a stream has at least 1 shard, not " + shards);
    }
    this.shards.put(requireNonNull(streamName, "streamName"), shards);
    return this;
  }

  /**
   * Sets the clock, which the test moves; the default is one of the producer's own.
   *
   * @param clock the clock
   * @return this builder
   */
  public InMemoryKinesisProducerBuilder clock(ManualClock clock) {
    this.clock = requireNonNull(clock, "clock");
    return this;
  }

  /**
   * Sets what is told of every record that is given up, as {@link
   * io.kpl4j.KinesisProducerBuilder#onFailure}.
   *
   * @param handler the handler
   * @return this builder
   */
  public InMemoryKinesisProducerBuilder onFailure(Consumer<? super RecordFailedException> handler) {
    this.onFailure = requireNonNull(handler, "handler");
    return this;
  }

  /**
   * Sets what becomes of records that are pending at the close: answered, by default, or given up
   * with {@link io.kpl4j.FailureReason#PRODUCER_CLOSED}, as if the time to drain had passed.
   *
   * @param drains whether they are answered
   * @return this builder
   */
  public InMemoryKinesisProducerBuilder drainsAtClose(boolean drains) {
    this.drainsAtClose = drains;
    return this;
  }

  /**
   * Builds the producer.
   *
   * @return the producer
   */
  public InMemoryKinesisProducer build() {
    return new InMemoryKinesisProducer(this);
  }
}
