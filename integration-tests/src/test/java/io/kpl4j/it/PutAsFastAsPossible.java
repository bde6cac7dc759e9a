// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsLevel;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordResult;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A process that puts as fast as it can for a while and says what came of it. */
final class PutAsFastAsPossible {

  /** What a process may use more at the end than when its buffer was first full, in bytes. */
  private static final long GROWTH_BYTES = 16 << 20;

  private static final int MOST_THREADS = 20;

  private final AtomicLong succeeded = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private long puts;
  private @Nullable Usage whenFull;

  private PutAsFastAsPossible() {}

  /** What the process uses. Immutable. */
  private record Usage(long bytes, int threads) {
    static Usage now() {
      System.gc();
      long bytes = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
        bytes += pool.getMemoryUsed();
      }
      return new Usage(bytes, ManagementFactory.getThreadMXBean().getThreadCount());
    }
  }

  /** Endpoint, admission policy, and the milliseconds for which the endpoint is silent. */
  public static void main(String[] arguments) {
    PutAsFastAsPossible run = new PutAsFastAsPossible();
    boolean bounded = run.run(arguments[0], AdmissionPolicy.valueOf(arguments[1]), arguments[2]);
    System.out.printf(
        "%s: %d puts, succeeded %d, refused %d, failed %d%n",
        arguments[1], run.puts, run.succeeded.get(), run.refused.get(), run.failed.get());
    boolean allEnded = run.succeeded.get() + run.refused.get() == run.puts;
    System.exit(bounded && allEnded && run.failed.get() == 0 ? 0 : 1);
  }

  private boolean run(String endpoint, AdmissionPolicy policy, String silentMillis) {
    long startNanos = System.nanoTime();
    long silentNanos = Long.parseLong(silentMillis) * 1_000_000;
    Usage atTheEnd;
    try (KinesisProducer producer = producer(endpoint, policy)) {
      putUntil(producer, startNanos + silentNanos);
      atTheEnd = Usage.now();
      putUntil(producer, startNanos + silentNanos + 2_000_000_000L);
    }
    Usage full = whenFull;
    System.out.println(policy + ": when first full " + full + ", at the end " + atTheEnd);
    return full != null
        && atTheEnd.bytes - full.bytes < GROWTH_BYTES
        && atTheEnd.threads <= MOST_THREADS;
  }

  private static KinesisProducer producer(String endpoint, AdmissionPolicy policy) {
    // Much less than the silence: blocked callers and waiting records give up again and again.
    return KinesisProducer.builder()
        .config(
            KinesisProducerConfig.builder()
                .region("us-east-1")
                .kinesisEndpoint(endpoint)
                .metricsLevel(MetricsLevel.NONE)
                .admissionPolicy(policy)
                .recordTtl(Duration.ofMinutes(3))
                .maxBlockTime(Duration.ofSeconds(5))
                .closeTimeout(Duration.ofMinutes(2))
                .build())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
        .build();
  }

  private void putUntil(KinesisProducer producer, long untilNanos) {
    byte[] data = new byte[1_000];
    while (System.nanoTime() < untilNanos) {
      put(producer, data);
    }
  }

  private void put(KinesisProducer producer, byte[] data) {
    puts++;
    CompletableFuture<RecordResult> future;
    try {
      future = producer.put("s", "key-" + puts % 1_000, data);
    } catch (RecordRefusedException full) {
      ended(null, full);
      full();
      return;
    }
    if (future.isCompletedExceptionally()) {
      full();
    }
    var unused = future.whenComplete(this::ended);
  }

  /** A moment's rest loses nothing: the buffer stays full. */
  private void full() {
    if (whenFull == null) {
      whenFull = Usage.now();
    }
    LockSupport.parkNanos(200_000);
  }

  private void ended(@Nullable RecordResult result, @Nullable Throwable failure) {
    if (failure == null) {
      succeeded.incrementAndGet();
    } else if (failure instanceof RecordRefusedException) {
      refused.incrementAndGet();
    } else {
      failed.incrementAndGet();
      System.out.println(failure);
    }
  }
}
