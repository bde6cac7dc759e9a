// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsLevel;
import io.kpl4j.testkit.KinesisTestServer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * What a producer without work costs: by the CPU time of its threads, which a busy machine does not
 * change.
 */
class IdleProducerIT {

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  @Test
  void producer_idleForAFewSeconds_usesUnderAThousandthOfACore() throws Exception {
    assertThat(idleShare(5)).isLessThan(0.001);
  }

  @Test
  @EnabledIfSystemProperty(named = "kpl.idle.minute", matches = "true")
  void producer_idleForAMinute_usesUnderAThousandthOfACore() throws Exception {
    assertThat(idleShare(60)).isLessThan(0.001);
  }

  /** Of one core, used by all of the producer's threads while nothing is put. */
  private double idleShare(int seconds) throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 4).start();
        KinesisProducer producer = producer(server)) {
      for (int i = 0; i < 2_000; i++) {
        var unused = producer.put("clicks", "user-" + i, "event".getBytes(UTF_8));
      }
      producer.flush().get(30, SECONDS);
      // What the requests have left behind: listings, idle connections.
      over(1);
      long before = cpuNanos();
      over(seconds);
      return (cpuNanos() - before) / (seconds * 1e9);
    }
  }

  private static KinesisProducer producer(KinesisTestServer server) {
    return KinesisProducer.builder()
        .config(
            KinesisProducerConfig.builder()
                .region("us-east-1")
                .metricsLevel(MetricsLevel.NONE)
                .kinesisEndpoint(server.endpoint().toString())
                .build())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
        .build();
  }

  /** Waits until the clock says so: the passing of time is what is measured here. */
  private static void over(int seconds) {
    CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(seconds, SECONDS))
        .join();
  }

  private long cpuNanos() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("kpl4j-"))
        .mapToLong(thread -> Math.max(0, threads.getThreadCpuTime(thread.getId())))
        .sum();
  }
}
