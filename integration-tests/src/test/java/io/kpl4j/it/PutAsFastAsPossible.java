// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsLevel;
import io.kpl4j.RecordRefusedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** A process that puts as fast as it can for a while and says what came of it. */
final class PutAsFastAsPossible {

  private PutAsFastAsPossible() {}

  /** Endpoint and milliseconds. */
  public static void main(String[] arguments) {
    long endNanos = System.nanoTime() + Long.parseLong(arguments[1]) * 1_000_000;
    AtomicLong succeeded = new AtomicLong();
    AtomicLong failed = new AtomicLong();
    long accepted = 0;
    try (KinesisProducer producer =
        KinesisProducer.builder()
            .config(
                KinesisProducerConfig.builder()
                    .region("us-east-1")
                    .kinesisEndpoint(arguments[0])
                    .metricsLevel(MetricsLevel.NONE)
                    .recordTtl(Duration.ofMinutes(3))
                    .maxBlockTime(Duration.ofMinutes(3))
                    .closeTimeout(Duration.ofMinutes(2))
                    .build())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
            .build()) {
      byte[] data = new byte[1_000];
      while (System.nanoTime() < endNanos) {
        var unused =
            producer
                .put("s", "key-" + accepted % 1_000, data)
                .whenComplete(
                    (result, failure) -> (failure == null ? succeeded : failed).incrementAndGet());
        accepted++;
      }
    } catch (RecordRefusedException refused) {
      System.out.println(refused);
      failed.incrementAndGet();
    }
    System.out.printf(
        "accepted %d, succeeded %d, failed %d%n", accepted, succeeded.get(), failed.get());
    System.exit(failed.get() == 0 && succeeded.get() == accepted ? 0 : 1);
  }
}
