// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.resilience4j.core.IntervalFunction;
import io.github.resilience4j.retry.RetryConfig;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** The retries of the SDK are off: what goes over the wire is what the result says. */
class AttemptsOnTheWireTest {

  private static RecordResult resultOf(KinesisProducer producer) throws Exception {
    CompletableFuture<RecordResult> future = producer.put("clicks", "user", new byte[100]);
    return future.get(60, TimeUnit.SECONDS);
  }

  @Test
  void attempts_ofOurOwnClient_areThoseOfTheResult() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start();
        KinesisProducer producer = Producers.builder(server, config -> {}).build()) {
      server.faults().add(Fault.on("PutRecords").times(3).httpError(500));
      RecordResult result = resultOf(producer);
      assertThat(result.attemptCount()).isEqualTo(4);
      assertThat(server.calls("PutRecords")).isEqualTo(4);
      assertThat(result.attempts())
          .extracting(attempt -> attempt.errorCode().orElse("ok"))
          .containsExactly("InternalFailure", "InternalFailure", "InternalFailure", "ok");
    }
  }

  @Test
  void attempts_ofAUsersClientThatRetries_areThoseOfTheResult() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start();
        KinesisAsyncClient client =
            KinesisAsyncClient.builder()
                .region(Region.US_EAST_1)
                .endpointOverride(server.endpoint())
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("access", "secret")))
                .overrideConfiguration(override -> override.retryStrategy(RetryMode.STANDARD))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
                .build();
        KinesisProducer producer =
            Producers.builder(server, config -> {}).kinesisClient(client).build()) {
      server.faults().add(Fault.on("PutRecords").times(3).httpError(503));
      assertThat(resultOf(producer).attemptCount()).isEqualTo(4);
      assertThat(server.calls("PutRecords")).isEqualTo(4);
    }
  }

  @Test
  void attempts_ofAUsersRetryConfig_areItsNumberForEachKinesisRecord() throws Exception {
    RetryConfig retry =
        RetryConfig.custom()
            .maxAttempts(3)
            .intervalFunction(IntervalFunction.of(Duration.ofMillis(20)))
            .build();
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start();
        KinesisProducer producer = Producers.builder(server, config -> {}).retry(retry).build()) {
      server.faults().add(Fault.on("PutRecords").always().httpError(500));
      ExecutionException thrown =
          catchThrowableOfType(ExecutionException.class, () -> resultOf(producer));
      RecordFailedException failed = (RecordFailedException) requireNonNull(thrown.getCause());
      assertThat(failed.reason()).isEqualTo(FailureReason.ATTEMPTS_EXHAUSTED);
      assertThat(failed.attemptCount()).isEqualTo(3);
      assertThat(server.calls("PutRecords")).isEqualTo(3);
    }
  }
}
