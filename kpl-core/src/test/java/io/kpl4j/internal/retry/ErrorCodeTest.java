// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {

  private static ErrorCode ofCall(Origin origin, String code, int status) {
    return ErrorCode.ofCall(new Failed(origin, code, "", status));
  }

  /** What the PutRecords API reference and the common errors of AWS services name, and theirs. */
  @ParameterizedTest
  @CsvSource({
    // PutRecords
    "AccessDeniedException, 400, ACCESS_DENIED",
    "InternalFailureException, 500, AMBIGUOUS",
    "InvalidArgumentException, 400, INVALID",
    "KMSAccessDeniedException, 400, ACCESS_DENIED",
    "KMSDisabledException, 400, ACCESS_DENIED",
    "KMSInvalidStateException, 400, ACCESS_DENIED",
    "KMSNotFoundException, 400, ACCESS_DENIED",
    "KMSOptInRequired, 400, ACCESS_DENIED",
    "KMSThrottlingException, 400, THROTTLED",
    "ProvisionedThroughputExceededException, 400, THROTTLED",
    "ResourceNotFoundException, 400, NO_SUCH_STREAM",
    // common errors
    "AccessDeniedException, 403, ACCESS_DENIED",
    "ExpiredTokenException, 403, CREDENTIALS",
    "ExpiredTokenException, 400, CREDENTIALS",
    "IncompleteSignature, 403, CREDENTIALS",
    "IncompleteSignatureException, 403, CREDENTIALS",
    "InternalFailure, 500, AMBIGUOUS",
    "InvalidClientTokenId, 403, CREDENTIALS",
    "InvalidSignatureException, 400, CREDENTIALS",
    "MissingAuthenticationToken, 403, CREDENTIALS",
    "MissingAuthenticationTokenException, 403, CREDENTIALS",
    "NotAuthorized, 401, ACCESS_DENIED",
    "OptInRequired, 403, ACCESS_DENIED",
    "RequestAbortedException, 400, AMBIGUOUS",
    "RequestEntityTooLargeException, 413, INVALID",
    "RequestExpired, 400, CREDENTIALS",
    "RequestTimeoutException, 408, AMBIGUOUS",
    "ServiceUnavailable, 503, AMBIGUOUS",
    "ServiceUnavailableException, 503, AMBIGUOUS",
    "SignatureDoesNotMatch, 403, CREDENTIALS",
    "ThrottlingException, 400, THROTTLED",
    "ThrottlingException, 429, THROTTLED",
    "UnrecognizedClientException, 403, CREDENTIALS",
    "ValidationError, 400, INVALID",
    "ValidationException, 400, INVALID",
    "SerializationException, 400, INVALID",
    "LimitExceededException, 400, THROTTLED",
    // unknown
    "SomethingNew, 400, AMBIGUOUS",
    "SomethingNew, 500, AMBIGUOUS",
    "SomethingNew, 429, THROTTLED",
    "SomethingNew, 413, INVALID",
    "InvalidArgumentException, 500, AMBIGUOUS",
    "'', 0, AMBIGUOUS",
  })
  void ofCall_byTheService_hasItsKind(String code, int status, ErrorCode kind) {
    assertThat(ofCall(Origin.SERVICE, code, status)).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"SocketTimeoutException", "ConnectException", "AccessDeniedException", "Unknown"})
  void ofCall_onOurSide_isAmbiguousWhateverItsName(String code) {
    assertThat(ofCall(Origin.CLIENT, code, 0)).isEqualTo(ErrorCode.AMBIGUOUS);
  }

  @Test
  void ofCall_originTellsMoreThanTheCode() {
    assertThat(ofCall(Origin.CREDENTIALS, "SdkClientException", 0))
        .isEqualTo(ErrorCode.CREDENTIALS);
    assertThat(ofCall(Origin.OUT_OF_MEMORY, "OutOfMemoryError", 0))
        .isEqualTo(ErrorCode.OUT_OF_MEMORY);
  }

  @ParameterizedTest
  @EnumSource(Origin.class)
  void ofCall_anyOriginAndStatus_isAKind(Origin origin) {
    for (int status = 0; status < 600; status++) {
      assertThat(ofCall(origin, "x", status)).isNotNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ProvisionedThroughputExceededException, THROTTLED",
    "KMSThrottlingException, THROTTLED",
    "InternalFailure, AMBIGUOUS",
    "InvalidArgumentException, AMBIGUOUS",
    "SomethingNew, AMBIGUOUS",
    "'', AMBIGUOUS"
  })
  void ofEntry_isAThrottleOrUnknown(String code, ErrorCode kind) {
    assertThat(ErrorCode.ofEntry(code)).isEqualTo(kind);
  }
}
