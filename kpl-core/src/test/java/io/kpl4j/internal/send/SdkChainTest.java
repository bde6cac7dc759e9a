// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Where region and credentials are not configured, the AWS SDK's own chains find them. */
final class SdkChainTest {

  private final Map<String, String> before = new HashMap<>();

  private void set(String property, String value) {
    before.put(property, System.getProperty(property, ""));
    System.setProperty(property, value);
  }

  @AfterEach
  void restore() {
    before.forEach(
        (property, value) -> {
          if (value.isEmpty()) {
            System.clearProperty(property);
          } else {
            System.setProperty(property, value);
          }
        });
  }

  /** What the request was signed with: access key, date, region, service. */
  private static String[] scope(@Nullable String region) throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1))) {
      KinesisProducerConfig config =
          Connections.config(server.uri()).region(region == null ? "" : region).build();
      try (KinesisConnection connection =
          KinesisConnection.open(config, null, Connections.ioThreads())) {
        CompletableFuture<PutRecordsReply> reply = new CompletableFuture<>();
        new SdkRecordSender(connection, Runnable::run).send(Batches.one("s"), reply::complete);
        reply.get(30, SECONDS);
      }
      String authorization = server.requests().get(0).header("Authorization");
      return authorization.replaceFirst(".*Credential=([^,]+),.*", "$1").split("/", -1);
    }
  }

  private void setCredentials() {
    set("aws.accessKeyId", "AKIDOFTHECHAIN");
    set("aws.secretAccessKey", "of-the-chain");
  }

  @Test
  void send_regionAndCredentialsNowhereConfigured_signsWithThoseOfTheChain() throws Exception {
    setCredentials();
    set("aws.region", "eu-south-2");

    String[] scope = scope(null);

    assertThat(scope[0]).isEqualTo("AKIDOFTHECHAIN");
    assertThat(scope[2]).isEqualTo("eu-south-2");
    assertThat(scope[3]).isEqualTo("kinesis");
  }

  @Test
  void send_regionConfigured_countsBeforeTheChain() throws Exception {
    setCredentials();
    set("aws.region", "eu-south-2");

    assertThat(scope("ap-southeast-1")[2]).isEqualTo("ap-southeast-1");
  }
}
