// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import static io.kpl4j.internal.retry.ErrorCode.ACCESS_DENIED;
import static io.kpl4j.internal.retry.ErrorCode.AMBIGUOUS;
import static io.kpl4j.internal.retry.ErrorCode.CREDENTIALS;
import static io.kpl4j.internal.retry.ErrorCode.INVALID;
import static io.kpl4j.internal.retry.ErrorCode.NO_SUCH_STREAM;
import static io.kpl4j.internal.retry.ErrorCode.THROTTLED;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.Attempt;
import io.kpl4j.FailureReason;
import io.kpl4j.internal.aggregate.Fixtures;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.retry.Verdict.Divide;
import io.kpl4j.internal.retry.Verdict.GiveUp;
import io.kpl4j.internal.retry.Verdict.Reauthenticate;
import io.kpl4j.internal.retry.Verdict.Retry;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import io.kpl4j.internal.send.PutRecordsReply.Rejected;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.awscore.internal.AwsErrorCode;
import software.amazon.awssdk.services.kinesis.model.KinesisException;

/**
 * The table of verdicts over every error that the service documents, and over those it does not.
 */
class ErrorTableTest {

  /** A documented error: its exception in the SDK's model, its code, its kind. */
  private record Row(String exception, String code, int status, ErrorCode kind) {}

  /** Every exception of the SDK's model of Kinesis Data Streams. */
  private static final List<Row> MODEL =
      List.of(
          new Row("AccessDeniedException", "AccessDeniedException", 400, ACCESS_DENIED),
          new Row("ExpiredIteratorException", "ExpiredIteratorException", 400, AMBIGUOUS),
          new Row("ExpiredNextTokenException", "ExpiredNextTokenException", 400, AMBIGUOUS),
          new Row("InternalFailureException", "InternalFailureException", 500, AMBIGUOUS),
          new Row("InvalidArgumentException", "InvalidArgumentException", 400, INVALID),
          new Row("KmsAccessDeniedException", "KMSAccessDeniedException", 400, ACCESS_DENIED),
          new Row("KmsDisabledException", "KMSDisabledException", 400, ACCESS_DENIED),
          new Row("KmsInvalidStateException", "KMSInvalidStateException", 400, ACCESS_DENIED),
          new Row("KmsNotFoundException", "KMSNotFoundException", 400, ACCESS_DENIED),
          new Row("KmsOptInRequiredException", "KMSOptInRequired", 400, ACCESS_DENIED),
          new Row("KmsThrottlingException", "KMSThrottlingException", 400, THROTTLED),
          new Row("LimitExceededException", "LimitExceededException", 400, THROTTLED),
          new Row(
              "ProvisionedThroughputExceededException",
              "ProvisionedThroughputExceededException",
              400,
              THROTTLED),
          new Row("ResourceInUseException", "ResourceInUseException", 400, AMBIGUOUS),
          new Row("ResourceNotFoundException", "ResourceNotFoundException", 400, NO_SUCH_STREAM),
          new Row("ValidationException", "ValidationException", 400, INVALID));

  /** The common errors of AWS services, and those of their front ends. */
  private static final Map<String, ErrorCode> COMMON =
      Map.ofEntries(
          entry("AccessDenied", ACCESS_DENIED),
          entry("AuthFailure", CREDENTIALS),
          entry("ExpiredToken", CREDENTIALS),
          entry("ExpiredTokenException", CREDENTIALS),
          entry("IncompleteSignature", CREDENTIALS),
          entry("IncompleteSignatureException", CREDENTIALS),
          entry("InternalError", AMBIGUOUS),
          entry("InternalFailure", AMBIGUOUS),
          entry("InternalServerError", AMBIGUOUS),
          entry("InvalidAccessKeyId", CREDENTIALS),
          entry("InvalidAction", AMBIGUOUS),
          entry("InvalidClientTokenId", CREDENTIALS),
          entry("InvalidParameterCombination", INVALID),
          entry("InvalidParameterValue", INVALID),
          entry("InvalidQueryParameter", AMBIGUOUS),
          entry("InvalidSignatureException", CREDENTIALS),
          entry("MalformedHttpRequestException", AMBIGUOUS),
          entry("MalformedQueryString", INVALID),
          entry("MissingAction", AMBIGUOUS),
          entry("MissingAuthenticationToken", CREDENTIALS),
          entry("MissingAuthenticationTokenException", CREDENTIALS),
          entry("MissingParameter", INVALID),
          entry("NotAuthorized", ACCESS_DENIED),
          entry("OptInRequired", ACCESS_DENIED),
          entry("RequestAbortedException", AMBIGUOUS),
          entry("RequestEntityTooLargeException", INVALID),
          entry("RequestExpired", CREDENTIALS),
          entry("RequestTimeout", AMBIGUOUS),
          entry("RequestTimeoutException", AMBIGUOUS),
          entry("SerializationException", INVALID),
          entry("ServiceUnavailable", AMBIGUOUS),
          entry("ServiceUnavailableException", AMBIGUOUS),
          entry("SignatureDoesNotMatch", CREDENTIALS),
          entry("UnknownOperationException", AMBIGUOUS),
          entry("UnrecognizedClientException", CREDENTIALS),
          entry("ValidationError", INVALID));

  /** The codes of entries that PutRecords documents, and that it was seen to give. */
  private static final Map<String, Boolean> ENTRIES_THROTTLED =
      Map.of(
          "ProvisionedThroughputExceededException", true,
          "KMSThrottlingException", true,
          "InternalFailure", false,
          "KMSDisabledException", false,
          "SomethingNew", false,
          "", false);

  private final RetryDecider decider = new RetryDecider(false, Long.MAX_VALUE);
  private final RetryDecider strict = new RetryDecider(true, 1);

  private static Set<String> exceptionsOfTheModel() throws Exception {
    Path jar =
        Path.of(KinesisException.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (FileSystem opened = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of());
        Stream<Path> classes =
            Files.list(opened.getPath("/software/amazon/awssdk/services/kinesis/model"))) {
      return classes
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith("Exception.class"))
          .map(file -> file.substring(0, file.length() - ".class".length()))
          // What all others extend.
          .filter(name -> !name.equals("KinesisException"))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new AssertionError("the SDK's model cannot be listed", e);
    }
  }

  @Test
  void table_namesEveryExceptionOfTheSdksModel() throws Exception {
    assertThat(MODEL.stream().map(Row::exception)).doesNotHaveDuplicates();
    assertThat(exceptionsOfTheModel())
        .as("a new error of the service wants a row here and a line in docs/decisions.md")
        .containsExactlyInAnyOrderElementsOf(MODEL.stream().map(Row::exception).toList());
  }

  static Stream<Row> model() {
    return MODEL.stream();
  }

  @ParameterizedTest
  @MethodSource("model")
  void ofCall_documentedError_hasItsKind(Row row) {
    assertThat(kind(row.code(), row.status())).isEqualTo(row.kind());
  }

  static Stream<Arguments> common() {
    return COMMON.entrySet().stream().map(row -> Arguments.of(row.getKey(), row.getValue()));
  }

  @ParameterizedTest
  @MethodSource("common")
  void ofCall_commonError_hasItsKind(String code, ErrorCode kind) {
    assertThat(kind(code, 400)).isEqualTo(kind);
  }

  @Test
  void ofCall_whatTheSdkTakesForThrottling_isThrottled() {
    assertThat(AwsErrorCode.THROTTLING_ERROR_CODES)
        .isNotEmpty()
        .allMatch(code -> kind(code, 400) == THROTTLED);
  }

  @Test
  void ofCall_whatTheSdkTakesForClockSkew_isCredentials() {
    assertThat(AwsErrorCode.DEFINITE_CLOCK_SKEW_ERROR_CODES)
        .isNotEmpty()
        .allMatch(code -> kind(code, 400) == CREDENTIALS);
    assertThat(AwsErrorCode.POSSIBLE_CLOCK_SKEW_ERROR_CODES)
        .isNotEmpty()
        .allMatch(code -> kind(code, 400) == CREDENTIALS);
  }

  @ParameterizedTest
  @MethodSource("model")
  void ofCall_documentedErrorWithAStatusOf500_isNeverTheRequestsFault(Row row) {
    assertThat(kind(row.code(), 500)).isNotEqualTo(INVALID);
  }

  private static ErrorCode kind(String code, int status) {
    return ErrorCode.ofCall(new Failed(Origin.SERVICE, code, "", status));
  }

  // --- verdicts ---

  static Stream<Arguments> everyCode() {
    Stream<Arguments> model =
        MODEL.stream().map(row -> Arguments.of(row.code(), row.status(), row.kind()));
    Stream<Arguments> common =
        COMMON.entrySet().stream().map(row -> Arguments.of(row.getKey(), 400, row.getValue()));
    Stream<Arguments> unknown =
        Stream.of(
            Arguments.of("SomethingNew", 400, AMBIGUOUS),
            Arguments.of("SomethingNew", 500, AMBIGUOUS),
            Arguments.of("SomethingNew", 503, AMBIGUOUS),
            Arguments.of("SomethingNew", 429, THROTTLED),
            Arguments.of("SomethingNew", 413, INVALID),
            Arguments.of("", 0, AMBIGUOUS));
    return Stream.of(model, common, unknown).flatMap(rows -> rows);
  }

  @ParameterizedTest
  @MethodSource("everyCode")
  void failed_callOfOneRawRecord_hasTheVerdictOfItsRow(String code, int status, ErrorCode kind) {
    Failed failure = new Failed(Origin.SERVICE, code, "said so", status);
    Standing fresh = new Standing(false, false);
    Standing forGood = new Standing(true, true);

    assertThat(decider.failed(raw(), failure, 1, fresh)).isEqualTo(first(kind));
    assertThat(decider.failed(raw(), failure, 1, forGood)).isEqualTo(forGood(kind));
  }

  private static Verdict first(ErrorCode kind) {
    return switch (kind) {
      case THROTTLED -> new Retry(true, false);
      case AMBIGUOUS, TIMED_OUT, OUT_OF_MEMORY -> new Retry(false, true);
      case NO_SUCH_STREAM, ACCESS_DENIED -> new Retry(false, false);
      case CREDENTIALS -> Reauthenticate.WITH_BACKOFF;
      case INVALID -> new GiveUp(FailureReason.INVALID);
    };
  }

  private static Verdict forGood(ErrorCode kind) {
    return switch (kind) {
      case NO_SUCH_STREAM -> new GiveUp(FailureReason.NO_SUCH_STREAM);
      case ACCESS_DENIED -> new GiveUp(FailureReason.ACCESS_DENIED);
      case CREDENTIALS -> new GiveUp(FailureReason.CREDENTIALS);
      default -> first(kind);
    };
  }

  @ParameterizedTest
  @EnumSource
  void failed_onOurSide_hasTheVerdictOfItsOrigin(Origin origin) {
    Verdict verdict =
        decider.failed(raw(), new Failed(origin, "any", "", 0), 1, new Standing(false, false));
    assertThat(verdict)
        .isEqualTo(
            origin == Origin.CREDENTIALS ? Reauthenticate.WITH_BACKOFF : new Retry(false, true));
  }

  @Test
  void rejected_everyCode_isAThrottleOrAmbiguous() {
    ENTRIES_THROTTLED.forEach(
        (code, throttled) ->
            assertThat(decider.rejected(raw(), new Rejected(code, null)))
                .as(code)
                .isEqualTo(new Retry(throttled, !throttled)));
  }

  /** Total: a verdict for every kind, whatever the record, its attempts, the call, the stream. */
  @ParameterizedTest
  @MethodSource("everyCode")
  void failed_anything_hasAVerdict(String code, int status, ErrorCode kind) {
    for (Origin origin : Origin.values()) {
      Failed failure = new Failed(origin, code, "", status);
      for (int records : new int[] {1, 2, 500}) {
        for (int standing = 0; standing < 4; standing++) {
          Standing stands = new Standing((standing & 1) != 0, (standing & 2) != 0);
          for (KinesisRecord record : List.of(raw(), aggregate())) {
            Verdict verdict = decider.failed(record, failure, records, stands);
            assertThat(verdict).isNotNull();
            assertThat(verdict == Divide.THE_CALL).isEqualTo(invalid(failure) && records > 1);
            assertThat(verdict == Divide.THE_AGGREGATE)
                .isEqualTo(invalid(failure) && records == 1 && !record.raw());
            // The same question has the same answer.
            assertThat(decider.failed(record, failure, records, stands)).isEqualTo(verdict);
            assertThat(strict.failed(record, failure, records, stands))
                .as("one attempt, and it was used")
                .isNotInstanceOf(Retry.class);
          }
        }
      }
    }
  }

  private static boolean invalid(Failed failure) {
    return ErrorCode.ofCall(failure) == INVALID;
  }

  private static KinesisRecord raw() {
    return tried(Fixtures.lone(Fixtures.user("key", 10)));
  }

  private static KinesisRecord aggregate() {
    return tried(Fixtures.aggregate(List.of(Fixtures.user("key", 10), Fixtures.user("other", 10))));
  }

  private static KinesisRecord tried(KinesisRecord record) {
    record.history().add(new Attempt(Instant.EPOCH, Duration.ZERO, "code", null), 1);
    return record;
  }
}
