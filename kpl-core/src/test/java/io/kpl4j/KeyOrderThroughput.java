// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.Storage;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/**
 * Measures what the order of keys costs against the embedded endpoint, as a ratio: a program, as no
 * test may depend on the speed of a machine. Its figures are in {@code docs/tuning.md}. For 4 and
 * 16 shards it puts so many records of 200 bytes as fast as it can, by turns with and without
 * order, and prints the medians.
 */
final class KeyOrderThroughput {

  private static final String STREAM = "clicks";
  private static final int TURNS = 5;

  private KeyOrderThroughput() {}

  /**
   * Measures.
   *
   * @param args how many records, 500000 unless given, and the endpoint's latency in milliseconds,
   *     0 unless given
   */
  public static void main(String[] args) throws Exception {
    int records = args.length > 0 ? Integer.parseInt(args[0]) : 500_000;
    Duration latency = Duration.ofMillis(args.length > 1 ? Long.parseLong(args[1]) : 0);
    for (int shards : new int[] {4, 16}) {
      try (KinesisTestServer server =
          KinesisTestServer.builder().stream(STREAM, shards)
              .storage(Storage.COUNT_ONLY)
              .latency(latency)
              .start()) {
        measure(server, shards, records);
      }
    }
  }

  private static void measure(KinesisTestServer server, int shards, int records) throws Exception {
    double[] without = new double[TURNS];
    double[] ordered = new double[TURNS];
    for (int turn = -1; turn < TURNS; turn++) {
      double first = recordsASecond(server, KeyOrder.NONE, records);
      double second = recordsASecond(server, KeyOrder.SKIP, records);
      if (turn >= 0) {
        without[turn] = first;
        ordered[turn] = second;
      }
    }
    Arrays.sort(without);
    Arrays.sort(ordered);
    System.out.printf(
        Locale.ROOT,
        "%d shards: %,.0f records/s without order, %,.0f with, ratio %.2f%n",
        shards,
        without[TURNS / 2],
        ordered[TURNS / 2],
        ordered[TURNS / 2] / without[TURNS / 2]);
  }

  private static double recordsASecond(KinesisTestServer server, KeyOrder order, int records) {
    byte[] data = new byte[200];
    KinesisProducer producer =
        Producers.builder(server, config -> config.rateLimit(1_000_000).keyOrder(order)).build();
    long beganNanos = System.nanoTime();
    for (int i = 0; i < records; i++) {
      var unused = producer.put(STREAM, "user-" + i % 10_000, data);
    }
    producer.close(Duration.ofMinutes(5));
    return records / ((System.nanoTime() - beganNanos) / 1e9);
  }
}
