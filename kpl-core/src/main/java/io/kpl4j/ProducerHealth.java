// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a producer was at the moment of asking, for the probes and dashboards of a service.
 * Immutable. What is to be made of it: {@code docs/operations.md}.
 */
public final class ProducerHealth {

  /** Most streams that {@link #impairedStreams()} names. */
  public static final int MAX_STREAMS = 100;

  /** Where a producer is in its life. */
  public enum State {
    /** It takes records. */
    RUNNING,
    /** It was closed, takes no records, and still sends what it has. */
    CLOSING,
    /** It has ended. */
    CLOSED,
    /** A fault that it cannot survive: all its records have failed, and it takes no more. */
    FAILED
  }

  private final Builder values;

  private ProducerHealth(Builder values) {
    this.values = values;
  }

  /**
   * Begins a snapshot; for the producer, and for tests of what reads one.
   *
   * @param state where the producer is in its life
   * @return a builder whose other values say that all is well and nothing to do
   */
  public static Builder builder(State state) {
    return new Builder(state);
  }

  /** {@return where the producer is in its life} */
  public State state() {
    return values.state;
  }

  /** {@return what the producer failed of; empty unless it is {@link State#FAILED}} */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(values.failure);
  }

  /**
   * {@return how long ago the producer's loop began its last turn} An idle loop sleeps for minutes,
   * so a large value alone means nothing; see {@link #loopDelay()}.
   */
  public Duration sinceLastTurn() {
    return values.sinceLastTurn;
  }

  /**
   * {@return by how much the producer's loop is late: for how long its present turn has lasted, or
   * how long ago it should have woken; zero while it sleeps as it should} More than a few seconds
   * mean that the process gets no processor, or that a receiver of events blocks the loop.
   */
  public Duration loopDelay() {
    return values.loopDelay;
  }

  /** {@return as {@link KinesisProducer#oldestRecordAge()}} */
  public Duration oldestRecordAge() {
    return values.oldestRecordAge;
  }

  /** {@return as {@link KinesisProducer#outstandingRecords()}} */
  public long outstandingRecords() {
    return values.outstandingRecords;
  }

  /** {@return as {@link KinesisProducer#outstandingBytes()}} */
  public long outstandingBytes() {
    return values.outstandingBytes;
  }

  /**
   * {@return how many failed records the handler of {@link KinesisProducerBuilder#onFailure} did
   * not take, because it threw, since the producer was built}
   */
  public long unhandledFailures() {
    return values.unhandledFailures;
  }

  /**
   * {@return the streams of which there is something to say, at most {@value #MAX_STREAMS} of them;
   * those that had a fatal error first}
   */
  public List<StreamHealth> impairedStreams() {
    return values.impairedStreams;
  }

  @Override
  public String toString() {
    return "ProducerHealth["
        + values.state
        + ", loop late by "
        + values.loopDelay
        + ", "
        + values.outstandingRecords
        + " records, "
        + values.outstandingBytes
        + " bytes, the oldest "
        + values.oldestRecordAge
        + " old, unhandled failures "
        + values.unhandledFailures
        + ", impaired "
        + values.impairedStreams
        + "]";
  }

  /** Builds a {@link ProducerHealth}. Not thread-safe; to be used once. */
  public static final class Builder {
    private final State state;
    private @Nullable Throwable failure;
    private Duration sinceLastTurn = Duration.ZERO;
    private Duration loopDelay = Duration.ZERO;
    private Duration oldestRecordAge = Duration.ZERO;
    private long outstandingRecords;
    private long outstandingBytes;
    private long unhandledFailures;
    private List<StreamHealth> impairedStreams = List.of();

    private Builder(State state) {
      this.state = requireNonNull(state, "state");
    }

    /**
     * Sets {@link ProducerHealth#failure()}.
     *
     * @param failure what the producer failed of, or null
     * @return this builder
     */
    public Builder failure(@Nullable Throwable failure) {
      this.failure = failure;
      return this;
    }

    /**
     * Sets {@link ProducerHealth#sinceLastTurn()} and {@link ProducerHealth#loopDelay()}.
     *
     * @param sinceLastTurn how long ago the last turn began
     * @param loopDelay by how much the loop is late
     * @return this builder
     */
    public Builder loop(Duration sinceLastTurn, Duration loopDelay) {
      this.sinceLastTurn = requireNonNull(sinceLastTurn, "sinceLastTurn");
      this.loopDelay = requireNonNull(loopDelay, "loopDelay");
      return this;
    }

    /**
     * Sets what the producer holds.
     *
     * @param records accepted and not completed
     * @param bytes of the buffer in use
     * @param oldestAge how long ago the oldest of them was accepted
     * @return this builder
     */
    public Builder outstanding(long records, long bytes, Duration oldestAge) {
      this.outstandingRecords = records;
      this.outstandingBytes = bytes;
      this.oldestRecordAge = requireNonNull(oldestAge, "oldestAge");
      return this;
    }

    /**
     * Sets {@link ProducerHealth#unhandledFailures()}.
     *
     * @param unhandledFailures how many
     * @return this builder
     */
    public Builder unhandledFailures(long unhandledFailures) {
      this.unhandledFailures = unhandledFailures;
      return this;
    }

    /**
     * Sets {@link ProducerHealth#impairedStreams()}.
     *
     * @param streams the streams
     * @return this builder
     */
    public Builder impairedStreams(List<StreamHealth> streams) {
      this.impairedStreams = List.copyOf(streams);
      return this;
    }

    /** {@return the snapshot} */
    public ProducerHealth build() {
      return new ProducerHealth(this);
    }
  }
}
