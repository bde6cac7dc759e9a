// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

import static java.util.Locale.ROOT;

import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import java.util.Set;

/** What kind of failure an error code stands for. Immutable. */
public enum ErrorCode {
  /** Too much for a shard, a key or the account: nothing was stored, try later. */
  THROTTLED,
  /** Nobody knows whether the record was stored. */
  AMBIGUOUS,
  /** The same, after the time limit of the call: it may have been too large. */
  TIMED_OUT,
  /** The request is not valid as it is. */
  INVALID,
  /** The stream does not exist. */
  NO_SUCH_STREAM,
  /** No permission for the stream or its key. */
  ACCESS_DENIED,
  /** The credentials, or the clock that signs with them. */
  CREDENTIALS,
  /** The heap was exhausted while the call was made. */
  OUT_OF_MEMORY;

  /** The code of a record that was given up because its time was over. */
  public static final String EXPIRED = "Expired";

  /**
   * The code of an attempt that stored an aggregate where consumers drop it; the KPL's own word.
   */
  public static final String WRONG_SHARD = "Wrong Shard";

  /** The code of an attempt whose reply had another number of entries; the KPL's own word. */
  public static final String RECORD_COUNT_MISMATCH = "Record Count Mismatch";

  /** The code of an attempt that was never answered. */
  public static final String NO_ANSWER = "NoAnswer";

  // Codes: PutRecords API reference ("Errors", ErrorCode of an entry), the common errors of AWS
  // services, and the SDK's own lists of throttling and clock-skew codes. Why each stands where it
  // does: docs/decisions.md.
  private static final Set<String> THROTTLES =
      Set.of(
          "ProvisionedThroughputExceededException",
          "ProvisionedThroughputExceeded",
          "KMSThrottlingException",
          "LimitExceededException",
          "Throttling",
          "ThrottlingException",
          "ThrottledException",
          "RequestThrottled",
          "RequestThrottledException",
          "RequestLimitExceeded",
          "TooManyRequestsException",
          "BandwidthLimitExceeded",
          "SlowDown",
          "EC2ThrottledException",
          "TransactionInProgressException",
          "PriorRequestNotComplete");

  private static final Set<String> INVALIDS =
      Set.of(
          "InvalidArgumentException",
          "InvalidArgument",
          "ValidationException",
          "ValidationError",
          "SerializationException",
          "InvalidParameterValue",
          "InvalidParameterCombination",
          "MissingParameter",
          "MalformedQueryString",
          "RequestEntityTooLarge",
          "RequestEntityTooLargeException");

  private static final Set<String> DENIALS =
      Set.of(
          "AccessDeniedException",
          "AccessDenied",
          "NotAuthorized",
          "OptInRequired",
          "KMSAccessDeniedException",
          "KMSDisabledException",
          "KMSInvalidStateException",
          "KMSNotFoundException",
          "KMSOptInRequired");

  private static final Set<String> CREDENTIAL_FAULTS =
      Set.of(
          "ExpiredToken",
          "ExpiredTokenException",
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidAccessKeyId",
          "MissingAuthenticationToken",
          "MissingAuthenticationTokenException",
          "IncompleteSignature",
          "IncompleteSignatureException",
          "AuthFailure",
          "SignatureDoesNotMatch",
          "InvalidSignatureException",
          "RequestExpired",
          "RequestTimeTooSkewed",
          "RequestInTheFuture",
          "TokenRefreshRequired");

  /** The kind of a failure of one entry: a throttle, or unknown whether it was stored. */
  public static ErrorCode ofEntry(String code) {
    return THROTTLES.contains(code) ? THROTTLED : AMBIGUOUS;
  }

  /** The kind of a failure of a whole call. */
  public static ErrorCode ofCall(Failed failure) {
    if (failure.origin() == Origin.OUT_OF_MEMORY) {
      return OUT_OF_MEMORY;
    }
    if (failure.origin() == Origin.CREDENTIALS) {
      return CREDENTIALS;
    }
    if (failure.origin() == Origin.TIME_LIMIT) {
      return TIMED_OUT;
    }
    if (failure.origin() == Origin.CLIENT) {
      return AMBIGUOUS;
    }
    return ofService(failure.errorCode(), failure.httpStatus());
  }

  private static ErrorCode ofService(String code, int httpStatus) {
    if (THROTTLES.contains(code) || httpStatus == 429) {
      return THROTTLED;
    }
    if (code.equals("ResourceNotFoundException")) {
      return NO_SUCH_STREAM;
    }
    if (DENIALS.contains(code)) {
      return ACCESS_DENIED;
    }
    if (CREDENTIAL_FAULTS.contains(code)) {
      return CREDENTIALS;
    }
    if (httpStatus < 500 && (INVALIDS.contains(code) || httpStatus == 413)) {
      return INVALID;
    }
    // A 5xx, or a code that nobody documented: until it is known to be final, try again.
    return AMBIGUOUS;
  }

  @Override
  public String toString() {
    return name().toLowerCase(ROOT);
  }
}
