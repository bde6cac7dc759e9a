// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import java.util.Arrays;
import java.util.List;

/**
 * What a process that soaks holds at one moment: all records have their results, and the collector
 * has just been through. Immutable.
 *
 * @param seconds since its start
 * @param accepted records that {@code put} took
 * @param succeeded of these, with a result
 * @param failed of these, with an exception
 * @param refused records that {@code put} did not take
 * @param underWay records that were outstanding when, just before, they made up what was accepted
 *     with those that were not
 * @param heapBytes heap after a full collection
 * @param directBytes direct memory of Netty's pool
 * @param threads live threads
 * @param files open file descriptors
 */
record SoakSample(
    long seconds,
    long accepted,
    long succeeded,
    long failed,
    long refused,
    long underWay,
    long heapBytes,
    long directBytes,
    long threads,
    long files) {

  /** So many samples make three thirds of three. */
  static final int FEWEST = 9;

  /**
   * What the median of the last third may be above that of the first. Of memory: caches of the SDK
   * and of Netty that fill up, and metrics of the shards of the last minutes. A producer that puts
   * a thousand records a second and keeps 32 bytes of each goes beyond it in ten minutes.
   */
  enum Bound {
    HEAP(8 << 20),
    DIRECT(16 << 20),
    THREADS(4),
    /** The connections come and go with the load and the faults. */
    FILES(SoakProducer.MOST_CONNECTIONS);

    private final long tolerance;

    Bound(long tolerance) {
      this.tolerance = tolerance;
    }

    private long of(SoakSample sample) {
      return switch (this) {
        case HEAP -> sample.heapBytes;
        case DIRECT -> sample.directBytes;
        case THREADS -> sample.threads;
        case FILES -> sample.files;
      };
    }

    private long median(List<SoakSample> samples) {
      long[] sorted = samples.stream().mapToLong(this::of).sorted().toArray();
      return sorted[sorted.length / 2];
    }

    /** Whether it is flat. */
    boolean holds(List<SoakSample> samples) {
      return last(samples) - first(samples) <= tolerance;
    }

    long first(List<SoakSample> samples) {
      return median(samples.subList(0, samples.size() / 3));
    }

    long last(List<SoakSample> samples) {
      return median(samples.subList(samples.size() - samples.size() / 3, samples.size()));
    }

    /** What was seen and what is allowed. */
    String verdict(List<SoakSample> samples) {
      return "%s: first third %,d, last third %,d, tolerance %,d: %s"
          .formatted(
              this, first(samples), last(samples), tolerance, holds(samples) ? "flat" : "GROWS");
    }
  }

  /** The line that {@link #line} made. */
  static SoakSample parse(String line) {
    long[] numbers = Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    return new SoakSample(
        numbers[0],
        numbers[1],
        numbers[2],
        numbers[3],
        numbers[4],
        numbers[5],
        numbers[6],
        numbers[7],
        numbers[8],
        numbers[9]);
  }

  String line() {
    return "%d %d %d %d %d %d %d %d %d %d"
        .formatted(
            seconds,
            accepted,
            succeeded,
            failed,
            refused,
            underWay,
            heapBytes,
            directBytes,
            threads,
            files);
  }

  @Override
  public String toString() {
    return ("%5d s: accepted %,d = succeeded %,d + failed %,d; refused %,d; held with %,d under way;"
            + " heap %.1f MiB, direct %.1f MiB, %d threads, %d files")
        .formatted(
            seconds,
            accepted,
            succeeded,
            failed,
            refused,
            underWay,
            heapBytes / 1048576.0,
            directBytes / 1048576.0,
            threads,
            files);
  }
}
