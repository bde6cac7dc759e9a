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

  /** Every code that is documented: {@link ErrorTableTest}. */
  @ParameterizedTest
  @CsvSource({
    "AccessDeniedException, 403, ACCESS_DENIED",
    "ExpiredTokenException, 403, CREDENTIALS",
    "ThrottlingException, 429, THROTTLED",
    "SomethingNew, 429, THROTTLED",
    "SomethingNew, 413, INVALID",
    "SomethingNew, 400, AMBIGUOUS",
    "SomethingNew, 500, AMBIGUOUS",
    "InvalidArgumentException, 500, AMBIGUOUS",
    "'', 0, AMBIGUOUS",
  })
  void ofCall_codeAndStatus_haveTheirKind(String code, int status, ErrorCode kind) {
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
    assertThat(ofCall(Origin.TIME_LIMIT, "ApiCallTimeoutException", 0))
        .isEqualTo(ErrorCode.TIMED_OUT);
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
