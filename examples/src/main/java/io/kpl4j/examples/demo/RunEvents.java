// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SingleWriterRecorder;
import org.jspecify.annotations.Nullable;

/** Counts what happens in the demo's producer, for its progress and its verdict. Thread-safe. */
final class RunEvents implements ProducerEvents, StreamEvents, ShardEvents {

  private static final int DIGITS = 3;

  private final LongAdder records = new LongAdder();
  private final LongAdder bytes = new LongAdder();
  private final LongAdder kinesisRecords = new LongAdder();
  private final LongAdder recordsInThem = new LongAdder();
  private final LongAdder throttled = new LongAdder();
  private final LongAdder retried = new LongAdder();
  private final LongAdder misplaced = new LongAdder();

  /** Its one writer is the producer's loop. */
  private final SingleWriterRecorder latencies = new SingleWriterRecorder(DIGITS);

  @GuardedBy("this")
  private final Histogram latencySoFar = new Histogram(DIGITS);

  @GuardedBy("this")
  private @Nullable Histogram recycled;

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

  @Override
  public void userRecordPut(int dataBytes, long latencyNanos, int attempts) {
    records.increment();
    bytes.add(dataBytes);
    latencies.recordValue(Math.max(0, latencyNanos));
  }

  @Override
  public void kinesisRecordAttempted(
      int userRecords, int sizeBytes, long bufferedNanos, @Nullable String errorCode) {
    if (errorCode == null) {
      kinesisRecords.increment();
      recordsInThem.add(userRecords);
    } else {
      retried.increment();
    }
  }

  @Override
  public void throttled(int userRecords) {
    throttled.increment();
  }

  @Override
  public void misplaced(int userRecords, int sizeBytes) {
    misplaced.add(userRecords);
  }

  /** User records in aggregates that consumers drop, as the producer found out. */
  long misplaced() {
    return misplaced.sum();
  }

  /** How things stand. */
  synchronized Tally tally() {
    recycled = latencies.getIntervalHistogram(recycled);
    latencySoFar.add(recycled);
    return new Tally(
        records.sum(),
        bytes.sum(),
        (double) recordsInThem.sum() / Math.max(1, kinesisRecords.sum()),
        new Tally.Latency(
            latencySoFar.getValueAtPercentile(50), latencySoFar.getValueAtPercentile(99)),
        throttled.sum(),
        retried.sum());
  }
}
