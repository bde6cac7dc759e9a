// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** The one generator of load, the same for all producers. Confined to one thread. */
final class Load {

  private static final int KEYS = 10_000;
  private static final int HEX_RADIX = 16;
  private static final long KEY_SEED = 7;

  /** So many records are claimed at once. */
  private static final int STRIDE = 32;

  private static final int BURST = 16;

  /** So many bursts may be outstanding. */
  private static final int MAX_BURSTS = 16;

  private static final long BURST_SEED = 8;
  private static final int TIMED_STRIDES = 2;
  private static final long DRAIN_SECONDS = 60;
  private static final long TICK_NANOS = 500_000;

  private final Target target;
  private final Workload workload;
  private final Tally tally;
  private final List<String> streams;
  private final String[] keys;
  private final byte[] data;

  Load(Target target, Workload workload, Tally tally, String prefix, String[] keys) {
    this.target = target;
    this.workload = workload;
    this.tally = tally;
    this.keys = keys;
    this.streams =
        IntStream.range(0, workload.streams()).mapToObj(i -> streamName(prefix, i)).toList();
    this.data = data(workload.recordBytes());
  }

  static String streamName(String prefix, int number) {
    return prefix + "-" + number;
  }

  /** 32 hexadecimal digits, as of a random UUID. */
  static String[] keys() {
    SplittableRandom random = new SplittableRandom(KEY_SEED);
    return IntStream.range(0, KEYS)
        .mapToObj(i -> hex(random.nextLong()) + hex(random.nextLong()))
        .toArray(String[]::new);
  }

  private static String hex(long value) {
    String digits = Long.toUnsignedString(value, HEX_RADIX);
    return "0".repeat(HEX_RADIX - digits.length()) + digits;
  }

  private static byte[] data(int bytes) {
    return "payload of a record ".repeat(1 + bytes / 20).substring(0, bytes).getBytes(UTF_8);
  }

  /** Puts as much as goes for this long, then sends what is buffered and waits for the rest. */
  void saturate(long nanos) {
    run(nanos, this::saturateAsOne);
  }

  /** Puts at the workload's rate for this long, then sends and waits as well. */
  void pace(long nanos) {
    run(nanos, this::paceAsOne);
  }

  /** Puts a few and waits for them. */
  void few(int records) {
    tally.claim(records);
    for (int i = 0; i < records; i++) {
      target.put(streams.get(i % streams.size()), keys[i % KEYS], data, tally.counting());
    }
    drain();
  }

  /**
   * Puts a few and flushes, again and again for this long: so the code of a call, of which a
   * saturated producer makes few large ones, runs often enough to be compiled.
   */
  void bursts(long nanos) {
    long start = System.nanoTime();
    SplittableRandom random = new SplittableRandom(BURST_SEED);
    while (System.nanoTime() - start < nanos) {
      tally.claim(BURST);
      for (int i = 0; i < BURST; i++) {
        put(random, tally.counting());
      }
      target.flush();
      tally.awaitAtMost(MAX_BURSTS * BURST, TimeUnit.SECONDS.toNanos(DRAIN_SECONDS));
    }
    drain();
  }

  private void drain() {
    target.flush();
    tally.awaitAtMost(0, TimeUnit.SECONDS.toNanos(DRAIN_SECONDS));
  }

  /** What a caller does until then. */
  private interface Caller {
    void putUntil(long startNanos, long endNanos, int caller);
  }

  private void run(long nanos, Caller caller) {
    long start = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(workload.callers());
    try {
      List<Future<?>> all =
          IntStream.range(0, workload.callers())
              .<Future<?>>mapToObj(i -> pool.submit(() -> caller.putUntil(start, start + nanos, i)))
              .toList();
      for (Future<?> each : all) {
        each.get();
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a caller failed", e.getCause());
    } finally {
      pool.shutdownNow();
    }
    drain();
  }

  private void saturateAsOne(long startNanos, long endNanos, int caller) {
    SplittableRandom random = new SplittableRandom(caller);
    int strides = 0;
    while (System.nanoTime() - endNanos < 0) {
      tally.claim(STRIDE);
      int first = 0;
      if (strides++ % TIMED_STRIDES == 0) {
        put(random, tally.timed(System.nanoTime()));
        first = 1;
      }
      for (int i = first; i < STRIDE; i++) {
        put(random, tally.counting());
      }
    }
  }

  private void paceAsOne(long startNanos, long endNanos, int caller) {
    SplittableRandom random = new SplittableRandom(caller);
    double nanosPerRecord =
        (double) TimeUnit.SECONDS.toNanos(1) * workload.callers() / workload.perSecond();
    long put = 0;
    while (true) {
      long time = System.nanoTime();
      boolean over = time - endNanos >= 0;
      long now = over ? endNanos : time;
      // Time counts from when a record is due: a producer that holds up its caller pays for it.
      while (startNanos + (long) (put * nanosPerRecord) - now <= 0) {
        tally.claim(1);
        put(random, tally.timed(startNanos + (long) (put * nanosPerRecord)));
        put++;
      }
      if (over) {
        return;
      }
      LockSupport.parkNanos(TICK_NANOS);
    }
  }

  private void put(SplittableRandom random, Ack ack) {
    String stream =
        streams.size() == 1 ? streams.get(0) : streams.get(random.nextInt(streams.size()));
    target.put(stream, keys[random.nextInt(KEYS)], data, ack);
  }
}
