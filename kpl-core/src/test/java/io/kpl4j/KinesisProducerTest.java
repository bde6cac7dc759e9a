// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.testkit.KinesisTestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** The producer against the embedded endpoint, over real sockets. */
class KinesisProducerTest {

  private static KinesisProducer producer(KinesisTestServer server) {
    return KinesisProducer.builder()
        .config(
            KinesisProducerConfig.builder()
                .region("us-east-1")
                .kinesisEndpoint(server.endpoint().toString())
                .build())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
        .build();
  }

  @Test
  void put_manyRecords_allStoredAndCompleted() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 4).start()) {
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      try (KinesisProducer producer = producer(server)) {
        for (int i = 0; i < 20_000; i++) {
          futures.add(
              producer.put(
                  "clicks",
                  "user-" + i % 500,
                  ("event " + i).getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        }
        producer.flush().get();
        assertThat(futures).allMatch(CompletableFuture::isDone);
        assertThat(producer.outstandingRecords()).isZero();
      }
      for (CompletableFuture<RecordResult> future : futures) {
        assertThat(future.get().attemptCount()).isEqualTo(1);
      }
      System.out.println("kinesis records " + server.records("clicks").size());
    }
  }
}
