// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One shard of 1 MiB and 1,000 records a second with a burst of one second, and producers that know
 * nothing of each other, each with more to send than the shard takes. Confined to the simulation.
 */
final class SharedShard {

  /** Seconds of what a shard takes. */
  static final long SHARD_BYTES_PER_SECOND = 1 << 20;

  /** Data of a record of which two make an aggregate of 25 KiB. */
  static final int AGGREGATED_BYTES = 12_700;

  /** A producer, and what its events have told since the count began. */
  final class Producer implements ProducerEvents, StreamEvents, ShardEvents {
    final Simulation run;
    private final int recordBytes;
    long attempts;
    long throttled;
    long acceptedRecords;
    long acceptedBytes;

    private Producer(SimulationSettings settings, int recordBytes) {
      settings.events = this;
      this.recordBytes = recordBytes;
      this.run = new Simulation(settings, time, kinesis);
    }

    private void saturate(int outstanding) {
      for (int i = 0; i < outstanding; i++) {
        put();
      }
    }

    /** What is done is followed by the next. */
    private void put() {
      run.putThen("s", "key", recordBytes, this::put);
      if (run.puts.size() > 10_000) {
        run.puts.clear();
      }
    }

    void reset() {
      attempts = 0;
      throttled = 0;
      acceptedRecords = 0;
      acceptedBytes = 0;
    }

    /** Its rate just now, as a share of what the shard takes. */
    double rate() {
      return run.stream("s").lanes().lanes().iterator().next().rateShare();
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
    public void kinesisRecordAttempted(
        int userRecords, int bytes, long bufferedNanos, @Nullable String errorCode) {
      attempts++;
      if (errorCode == null) {
        acceptedRecords++;
        acceptedBytes += bytes;
      }
    }

    @Override
    public void throttled(int userRecords) {
      throttled++;
    }
  }

  final VirtualTime time = new VirtualTime();
  final KinesisModel kinesis;
  final List<Producer> producers = new ArrayList<>();
  private final long seed;
  private long countedFromNanos;

  SharedShard(long seed) {
    this.seed = seed;
    this.kinesis = new KinesisModel(time, new SplittableRandom(seed));
    kinesis.create("s", 1);
    kinesis.remembering = false;
    kinesis.weather.latencyNanos = 10 * MILLI;
    kinesis.weather.jitterNanos = 10 * MILLI;
  }

  /** Settings of a producer of 25 KiB aggregates. */
  SimulationSettings settings() {
    SimulationSettings settings = new SimulationSettings();
    settings.seed = seed * 1_000 + producers.size();
    settings.aggregationMaxSize = 25 << 10;
    settings.ttlNanos = Long.MAX_VALUE;
    settings.checkEvery = 200_000;
    return settings;
  }

  /** One more producer that has always so many records of so many bytes outstanding. */
  Producer join(SimulationSettings settings, int recordBytes, int outstanding) {
    Producer producer = new Producer(settings, recordBytes);
    producers.add(producer);
    producer.saturate(outstanding);
    return producer;
  }

  /**
   * So many producers whose aggregates are of two records of 12.5 KiB less what the format adds.
   */
  SharedShard joinAggregating(int count) {
    for (int i = 0; i < count; i++) {
      join(settings(), AGGREGATED_BYTES, 60);
    }
    return this;
  }

  SharedShard run(long nanos) {
    producers.get(0).run.run(nanos);
    return this;
  }

  /** Counts from now on. */
  SharedShard count() {
    producers.forEach(Producer::reset);
    countedFromNanos = time.nowNanos();
    return this;
  }

  Figures figures() {
    return new Figures(producers, (time.nowNanos() - countedFromNanos) / (double) SECOND);
  }

  /** What a count has shown; the bytes are those of the records' data. */
  static final class Figures {
    final double bytesOfCapacity;
    final double recordsOfCapacity;
    final double leastOfFairShare;
    final double throttled;
    final double meanRecordBytes;

    private Figures(List<Producer> producers, double seconds) {
      long bytes = producers.stream().mapToLong(producer -> producer.acceptedBytes).sum();
      long records = producers.stream().mapToLong(producer -> producer.acceptedRecords).sum();
      long attempts = producers.stream().mapToLong(producer -> producer.attempts).sum();
      long refused = producers.stream().mapToLong(producer -> producer.throttled).sum();
      long least =
          producers.stream().mapToLong(producer -> producer.acceptedBytes).min().orElseThrow();
      this.bytesOfCapacity = bytes / seconds / SHARD_BYTES_PER_SECOND;
      this.recordsOfCapacity = records / seconds / 1_000;
      // Of what the shard can take, not of what it did take.
      double capacity = Math.max(bytesOfCapacity, recordsOfCapacity);
      this.leastOfFairShare = least / (double) bytes * producers.size() * Math.min(1, capacity);
      this.throttled = refused / (double) attempts;
      this.meanRecordBytes = bytes / (double) records;
    }

    @Override
    public String toString() {
      return "%.1f %% of the bytes, %.1f %% of the records, least share %.2f, throttled %.2f %%, %.0f bytes a record"
          .formatted(
              100 * bytesOfCapacity,
              100 * recordsOfCapacity,
              leastOfFairShare,
              100 * throttled,
              meanRecordBytes);
    }
  }
}
