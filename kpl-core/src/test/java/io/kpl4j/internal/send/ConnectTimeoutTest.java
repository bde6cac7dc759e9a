// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class ConnectTimeoutTest {

  @Test
  void send_endpointThatNeverAnswersTheHandshake_failsAtConnectTimeout() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI endpoint = URI.create("https://localhost:" + silent.getLocalPort());
      KinesisProducerConfig config =
          Connections.config(endpoint)
              .connectTimeout(Duration.ofMillis(200))
              .requestTimeout(Duration.ofMinutes(10))
              .build();
      try (KinesisConnection connection = Connections.own(config)) {
        CompletableFuture<PutRecordsReply> reply = new CompletableFuture<>();
        new SdkRecordSender(connection, Runnable::run).send(Batches.one("s"), reply::complete);

        Failed failed = (Failed) reply.get(60, SECONDS);

        assertThat(failed.origin()).isEqualTo(Origin.CLIENT);
      }
    }
  }
}
