// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import com.sun.management.UnixOperatingSystemMXBean;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordResult;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * A process that puts records of all sizes in bursts and lulls, and again and again stops, sees
 * that every record it put is accounted for, waits for all results, and prints a {@link
 * SoakSample}. Ends with its standard input. One thread puts.
 */
final class SoakProducer {

  static final String STREAM = "soak";

  /** {@code MaxConnections}, and what a producer opens beside. */
  static final int MOST_CONNECTIONS = 16;

  static final Duration RECORD_TTL = Duration.ofSeconds(10);

  /** What a lack of processor time cannot use up. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final int KEYS = 10_000;

  private final SplittableRandom random;
  private final AtomicLong succeeded = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final long startNanos = System.nanoTime();
  private final int leakBytes;
  private final List<byte[]> leaked = new ArrayList<>();
  private long accepted;
  private long refused;

  private SoakProducer(long seed, int leakBytes) {
    this.random = new SplittableRandom(seed);
    this.leakBytes = leakBytes;
  }

  /**
   * Endpoint, seed, seconds in all, seconds between samples, and bytes to leak with each record, to
   * see that it is noticed.
   */
  public static void main(String[] arguments) {
    Thread.currentThread().setName("soak");
    endWithStandardInput();
    SoakProducer soak =
        new SoakProducer(Long.parseLong(arguments[1]), Integer.parseInt(arguments[4]));
    try (KinesisProducer producer = producer(arguments[0])) {
      soak.run(producer, Long.parseLong(arguments[2]), Long.parseLong(arguments[3]));
    }
    System.exit(soak.accepted == soak.succeeded.get() + soak.failed.get() ? 0 : 1);
  }

  /** Whoever started it is gone then. */
  private static void endWithStandardInput() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException e) {
                // Gone as well.
              }
              Runtime.getRuntime().halt(2);
            },
            "stdin");
    watch.setDaemon(true);
    watch.start();
  }

  private static KinesisProducer producer(String endpoint) {
    return KinesisProducer.builder()
        .config(
            KinesisProducerConfig.builder()
                .region("us-east-1")
                .kinesisEndpoint(endpoint)
                .cloudwatchEndpoint(endpoint)
                .metricsLevel(MetricsLevel.DETAILED)
                .metricsGranularity(MetricsGranularity.SHARD)
                .metricsUploadDelay(Duration.ofSeconds(10))
                .maxConnections(MOST_CONNECTIONS - 6)
                .bufferMaxBytes(24 << 20)
                .maxBlockTime(Duration.ofSeconds(2))
                .requestTimeout(Duration.ofSeconds(3))
                .recordTtl(RECORD_TTL)
                .closeTimeout(PATIENCE)
                .build())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
        .build();
  }

  /** Until the time is over and there are samples enough to judge. */
  private void run(KinesisProducer producer, long seconds, long period) {
    int samples = 0;
    while (samples < SoakSample.FEWEST || seconds() < seconds) {
      putUntil(producer, System.nanoTime() + period * 1_000_000_000L);
      long underWay = awaitConservation(producer);
      producer.flush().join();
      awaitResults();
      System.out.println(sample(underWay).line());
      samples++;
    }
  }

  private long seconds() {
    return (System.nanoTime() - startNanos) / 1_000_000_000L;
  }

  private void putUntil(KinesisProducer producer, long untilNanos) {
    while (System.nanoTime() < untilNanos) {
      int burst = 1 + random.nextInt(400);
      for (int i = 0; i < burst; i++) {
        put(producer, random.nextInt(500) == 0 ? 30_000 : 1 + random.nextInt(500));
      }
      LockSupport.parkNanos(random.nextLong(200_000_000));
    }
  }

  private void put(KinesisProducer producer, int bytes) {
    try {
      var unused =
          producer
              .put(STREAM, "key-" + random.nextInt(KEYS), new byte[bytes])
              .whenComplete(this::ended);
      accepted++;
      if (leakBytes > 0) {
        leaked.add(new byte[leakBytes]);
      }
    } catch (RecordRefusedException full) {
      refused++;
    }
  }

  private void ended(@Nullable RecordResult result, @Nullable Throwable failure) {
    (failure == null ? succeeded : failed).incrementAndGet();
  }

  /**
   * Accepted = succeeded + failed + outstanding, with records under way, as without any it says
   * nothing of those; answers how many there were. Nobody else puts, so what was accepted stands
   * still; a record on its way from the one count to the other is in neither or both for a moment
   * only.
   */
  private long awaitConservation(KinesisProducer producer) {
    AtomicLong underWay = new AtomicLong();
    awaitThat(
        "accepted = succeeded + failed + outstanding, and some are outstanding",
        () -> {
          if (producer.outstandingRecords() == 0) {
            // All were answered before we looked.
            put(producer, 1);
          }
          long outstanding = producer.outstandingRecords();
          underWay.set(outstanding);
          return outstanding > 0 && succeeded.get() + failed.get() + outstanding == accepted;
        });
    return underWay.get();
  }

  private void awaitResults() {
    awaitThat("accepted = succeeded + failed", () -> succeeded.get() + failed.get() == accepted);
  }

  private void awaitThat(String what, BooleanSupplier holds) {
    long untilNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > untilNanos) {
        throw new IllegalStateException(
            "not so: " + what + "; accepted " + accepted + ", " + succeeded + ", " + failed);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }

  private SoakSample sample(long underWay) {
    System.gc();
    System.gc();
    return new SoakSample(
        seconds(),
        accepted,
        succeeded.get(),
        failed.get(),
        refused,
        underWay,
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        PooledByteBufAllocator.DEFAULT.metric().usedDirectMemory(),
        ManagementFactory.getThreadMXBean().getThreadCount(),
        files());
  }

  private static long files() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }
}
