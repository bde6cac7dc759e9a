// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.transport;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ServiceTextTest {

  private static final String SECRET = "hush-4711";

  @Test
  void shown_plainText_isTheSame() {
    String text = "Rate exceeded for shard shardId-000000000001 in stream clicks under account 1.";

    assertThat(ServiceText.shown(text)).isEqualTo(text);
    assertThat(ServiceText.shown(null)).isEmpty();
  }

  @Test
  void shown_invalidField_keepsAllButItsValue() {
    String text =
        "2 validation errors detected: Value '%s' at 'records.1.member.partitionKey' failed to"
            + " satisfy constraint: too long; Value '%s' at 'streamName' failed to satisfy"
            + " constraint: too short";

    assertThat(ServiceText.shown(text.formatted(SECRET, SECRET + "' at '" + SECRET + "\n")))
        .isEqualTo(text.formatted("***", "***"));
  }

  @Test
  void shown_invalidFieldCutShort_endsWhereItsValueBegins() {
    assertThat(ServiceText.shown("1 error: Value '" + SECRET)).isEqualTo("1 error: Value '***");
    assertThat(ServiceText.shown("1 error: Value '" + SECRET.repeat(10_000) + "' at 'x' failed"))
        .isEqualTo("1 error: Value '***");
  }

  @Test
  void shown_headersThatShouldHaveBeenSigned_endsBeforeThem() {
    assertThat(
            ServiceText.shown(
                "It does not match.\n\nThe Canonical String for this request should have been\n"
                    + "'POST\n/\n\nx-amz-security-token:"
                    + SECRET
                    + "\n'\n\nThe String-to-Sign should have been\n'x'"))
        .isEqualTo(
            "It does not match.\n\nThe Canonical String for this request should have been ***");
    assertThat(
            ServiceText.shown(
                "'x' not a valid key=value pair in Authorization header: 'AWS4 " + SECRET + "'."))
        .isEqualTo("'x' not a valid key=value pair in Authorization header: ***");
  }

  @Test
  void shown_long_isCut() {
    assertThat(ServiceText.shown("x".repeat(1_001))).hasSize(1_000);
  }

  @Test
  @Timeout(60)
  void shown_hostileText_takesNoTime() {
    assertThat(ServiceText.shown("Value '' at '".repeat(1_000_000))).isEqualTo("Value '***");
    assertThat(ServiceText.shown("Value ".repeat(1_000_000))).hasSize(1_000);
  }

  @Test
  void loggable_keepsKindsTracesAndCauses_butNotWhatTheyQuote() {
    Exception cause = new IllegalStateException("Value '" + SECRET + "' at 'k' failed to satisfy");
    Exception failure = new RuntimeException("outer: Value '" + SECRET, cause);

    String logged = print(ServiceText.loggable(failure));

    assertThat(logged)
        .contains(": java.lang.RuntimeException: outer: Value '***")
        .contains(": java.lang.IllegalStateException: Value '***' at 'k' failed")
        .contains("ServiceTextTest.loggable_keepsKindsTracesAndCauses_butNotWhatTheyQuote(")
        .doesNotContain(SECRET);
  }

  @Test
  void loggable_causesInARing_end() {
    Exception first = new Exception("first");
    first.initCause(new Exception("second", first));

    assertThat(print(ServiceText.loggable(first)).lines().filter(l -> l.startsWith("Caused by")))
        .hasSizeLessThan(40);
  }

  private static String print(@Nullable Throwable thrown) {
    StringWriter text = new StringWriter();
    requireNonNull(thrown).printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
