// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** What happens when there are no credentials, with a client of ours and one of the user. */
final class CredentialsTest {

  record Failure(String name, AwsCredentialsProvider provider, String code, int status) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Failure> failures() {
    return Stream.of(
        new Failure(
            "none in the chain",
            failing(SdkClientException.create("Unable to load credentials from any provider")),
            "SdkClientException",
            0),
        new Failure(
            "refused by another service",
            failing(
                AwsServiceException.builder()
                    .statusCode(403)
                    .awsErrorDetails(
                        AwsErrorDetails.builder()
                            .serviceName("Sts")
                            .errorCode("AccessDenied")
                            .errorMessage("may not assume the role")
                            .build())
                    .build()),
            "AccessDenied",
            403),
        new Failure(
            "the user's provider breaks",
            failing(new IllegalStateException("the vault is sealed")),
            "IllegalStateException",
            0),
        new Failure("asynchronously", new Asynchronous(), "SdkClientException", 0));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void send_ownClientWithoutCredentials_saysSo(Failure failure) throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1));
        KinesisConnection connection =
            KinesisConnection.open(
                Connections.config(server.uri()).build(),
                failure.provider(),
                Connections.ioThreads())) {
      assertCredentialsMissing(send(connection), failure);
      assertThat(server.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void send_usersClientWithoutCredentials_saysSo(Failure failure) throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1));
        KinesisAsyncClient client =
            Connections.usersClient(server.uri()).credentialsProvider(failure.provider()).build()) {
      assertCredentialsMissing(send(KinesisConnection.over(client, Connections.TIMEOUT)), failure);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void send_usersClientWithCredentials_signsWithThem() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1));
        KinesisAsyncClient client = Connections.usersClient(server.uri()).build()) {
      assertThat(send(KinesisConnection.over(client, Connections.TIMEOUT)))
          .isInstanceOf(Answered.class);
      assertThat(server.requests().get(0).header("Authorization")).contains("Credential=key/");
    }
  }

  @Test
  void send_noProviderGiven_signsWithTheDefaultChain() throws Exception {
    System.setProperty("aws.accessKeyId", "chain-key");
    System.setProperty("aws.secretAccessKey", "chain-secret");
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1));
        KinesisConnection connection =
            KinesisConnection.open(
                Connections.config(server.uri()).build(), null, Connections.ioThreads())) {
      assertThat(send(connection)).isInstanceOf(Answered.class);
      assertThat(server.requests().get(0).header("Authorization"))
          .contains("Credential=chain-key/");
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }

  @Test
  void close_usersProvider_staysOpen() throws Exception {
    CloseableProvider provider = new CloseableProvider();
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1))) {
      try (KinesisConnection connection =
          KinesisConnection.open(
              Connections.config(server.uri()).build(), provider, Connections.ioThreads())) {
        assertThat(send(connection)).isInstanceOf(Answered.class);
      }
      assertThat(provider.closed).isFalse();
    }
  }

  private static void assertCredentialsMissing(PutRecordsReply reply, Failure failure) {
    Failed failed = (Failed) reply;
    assertThat(failed.origin()).isEqualTo(Origin.CREDENTIALS);
    assertThat(failed.errorCode()).isEqualTo(failure.code());
    assertThat(failed.httpStatus()).isEqualTo(failure.status());
    assertThat(failed.message()).isNotEmpty();
  }

  private static AwsCredentialsProvider failing(RuntimeException thrown) {
    return () -> {
      throw thrown;
    };
  }

  private static PutRecordsReply send(KinesisConnection connection) throws Exception {
    CompletableFuture<PutRecordsReply> reply = new CompletableFuture<>();
    new SdkRecordSender(connection, Runnable::run).send(Batches.one("clicks"), reply::complete);
    return reply.get(30, SECONDS);
  }

  /** Fails later and elsewhere, as providers that call a service do. */
  private static final class Asynchronous implements AwsCredentialsProvider {
    @Override
    public AwsCredentials resolveCredentials() {
      throw new AssertionError("the SDK asks for the identity");
    }

    @Override
    public CompletableFuture<AwsCredentialsIdentity> resolveIdentity(
        ResolveIdentityRequest request) {
      return CompletableFuture.supplyAsync(
          () -> {
            throw SdkClientException.create("the session is over");
          });
    }
  }

  private static final class CloseableProvider implements AwsCredentialsProvider, SdkAutoCloseable {
    final AtomicBoolean closed = new AtomicBoolean();

    @Override
    public AwsCredentials resolveCredentials() {
      return Connections.CREDENTIALS.resolveCredentials();
    }

    @Override
    public void close() {
      closed.set(true);
    }
  }
}
