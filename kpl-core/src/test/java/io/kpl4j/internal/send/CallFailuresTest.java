// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

final class CallFailuresTest {

  record Translation(String name, Throwable thrown, Failed failed) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Translation> translations() {
    return Stream.of(
        new Translation(
            "service",
            new CompletionException(kinesis("LimitExceededException", "x".repeat(1_001))),
            new Failed(Origin.SERVICE, "LimitExceededException", "x".repeat(1_000), 400)),
        new Translation(
            "service without a code",
            KinesisException.builder().message("busy").statusCode(503).build(),
            new Failed(Origin.SERVICE, "KinesisException", "busy", 503)),
        new Translation(
            "no memory",
            new OutOfMemoryError("Java heap space"),
            new Failed(Origin.OUT_OF_MEMORY, "OutOfMemoryError", "the heap is exhausted", 0)),
        new Translation(
            "no memory inside the SDK",
            new CompletionException(sdk("Unable to execute", new OutOfMemoryError("direct"))),
            new Failed(Origin.OUT_OF_MEMORY, "OutOfMemoryError", "the heap is exhausted", 0)),
        new Translation(
            "call timeout",
            ApiCallTimeoutException.builder().message("too long").build(),
            new Failed(Origin.TIME_LIMIT, "ApiCallTimeoutException", "too long", 0)),
        new Translation(
            "private kind of a known exception",
            sdk("Unable to execute", new Annotated("refused: 127.0.0.1")),
            new Failed(Origin.CLIENT, "ConnectException", "refused: 127.0.0.1", 0)),
        new Translation(
            "what lies below a failure of I/O is detail",
            sdk(
                "Unable to execute",
                new SSLHandshakeException("no path").initCause(new CertificateTrouble())),
            new Failed(Origin.CLIENT, "SSLHandshakeException", "no path", 0)),
        new Translation(
            "no connection free",
            sdk("Unable to execute", new IllegalStateException(new TimeoutException("too many"))),
            new Failed(Origin.CLIENT, "TimeoutException", "too many", 0)),
        new Translation(
            "no text of its own",
            sdk("Unable to execute", new IOException()),
            new Failed(Origin.CLIENT, "IOException", "Unable to execute", 0)),
        new Translation(
            "no text at all",
            new StackOverflowError(),
            new Failed(Origin.CLIENT, "StackOverflowError", "", 0)),
        new Translation(
            "cannot be read",
            new Unreadable(),
            new Failed(Origin.CLIENT, "Unknown", "an exception that cannot be read", 0)));
  }

  @ParameterizedTest
  @MethodSource("translations")
  void of_thrown_saysWhereAndWhy(Translation translation) {
    assertThat(CallFailures.of(translation.thrown())).isEqualTo(translation.failed());
  }

  @Test
  void of_ringOfCauses_ends() {
    IllegalStateException outer = new IllegalStateException("outer");
    outer.initCause(new IllegalArgumentException("inner", outer));

    assertThat(CallFailures.of(outer).origin()).isEqualTo(Origin.CLIENT);
  }

  @Test
  void run_outOfMemoryOnTheWorker_answersAndLeavesTheWorkerAlive() {
    List<PutRecordsReply> replies = new ArrayList<>();

    call(new OutOfMemoryError("Java heap space"), replies).run();

    assertThat(replies).containsExactly(CallFailures.OUT_OF_MEMORY);
  }

  @Test
  void run_stackOverflowOnTheWorker_answersAndTellsTheWorkersHandler() {
    List<PutRecordsReply> replies = new ArrayList<>();
    PutRecordsCall call = call(new StackOverflowError(), replies);

    assertThatThrownBy(call::run).isInstanceOf(StackOverflowError.class);

    assertThat(replies).containsExactly(new Failed(Origin.CLIENT, "StackOverflowError", "", 0));
  }

  @Test
  void run_linkageErrorOnTheWorker_answers() {
    List<PutRecordsReply> replies = new ArrayList<>();

    call(new NoClassDefFoundError("org/example/Gone"), replies).run();

    assertThat(replies)
        .containsExactly(new Failed(Origin.CLIENT, "NoClassDefFoundError", "org/example/Gone", 0));
  }

  @Test
  void run_afterFailure_isNotSent() {
    List<PutRecordsReply> replies = new ArrayList<>();
    PutRecordsCall call = call(new AssertionError("sent"), replies);

    call.fail(new IOException("rejected"));
    call.run();

    assertThat(replies).containsExactly(new Failed(Origin.CLIENT, "IOException", "rejected", 0));
  }

  private static PutRecordsCall call(Error thrown, List<PutRecordsReply> replies) {
    KinesisConnection connection =
        KinesisConnection.over(new FaultyClient(thrown), Connections.TIMEOUT);
    return new PutRecordsCall(connection, Batches.one("clicks"), replies::add);
  }

  private static SdkClientException sdk(String message, Throwable cause) {
    return SdkClientException.create(message, cause);
  }

  private static Throwable kinesis(String code, String message) {
    return KinesisException.builder()
        .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
        .statusCode(400)
        .build();
  }

  private static final class Annotated extends ConnectException {
    private static final long serialVersionUID = 1;

    Annotated(String message) {
      super(message);
    }
  }

  private static final class CertificateTrouble extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    @Override
    public String getMessage() {
      throw new UnsupportedOperationException();
    }
  }
}
