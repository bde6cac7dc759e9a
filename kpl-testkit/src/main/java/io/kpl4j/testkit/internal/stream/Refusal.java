// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

/** An error of the service in answer to a whole call. Immutable. */
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final String text;

  /** An error with any status. */
  public Refusal(int status, String code, String text) {
    // No stack trace: this is an answer, not a fault of the endpoint.
    super(code + ": " + text, null, false, false);
    this.status = status;
    this.code = code;
    this.text = text;
  }

  /** A request that breaks the model's constraints. */
  public static Refusal validation(String constraint) {
    return new Refusal(400, "ValidationException", "1 validation error detected: " + constraint);
  }

  /** A request that the model allows and the service does not. */
  public static Refusal invalidArgument(String text) {
    return new Refusal(400, "InvalidArgumentException", text);
  }

  /** A stream or shard that is not there. */
  public static Refusal notFound(String text) {
    return new Refusal(400, "ResourceNotFoundException", text);
  }

  static Refusal limitExceeded(String text) {
    return new Refusal(400, "LimitExceededException", text);
  }

  static Refusal inUse(String text) {
    return new Refusal(400, "ResourceInUseException", text);
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** The error code, which the protocols call type. */
  public String code() {
    return code;
  }

  /** The text for people. */
  public String text() {
    return text;
  }
}
