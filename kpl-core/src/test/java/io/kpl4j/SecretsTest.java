// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A secret is in no text that a configuration makes: neither values, nor errors, nor the log. */
class SecretsTest {

  private static final String SECRET = "hush-4711";
  private static final String BAD_SECRET = SECRET + "\u0001";

  @TempDir static Path folder;

  private static Properties file(String... keysAndValues) {
    Properties properties = new Properties();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      properties.setProperty(keysAndValues[i], keysAndValues[i + 1]);
    }
    return properties;
  }

  private static KinesisProducerConfigBuilder withProxy() {
    return KinesisProducerConfig.builder().proxyHost("proxy").proxyUserName("me");
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        refusal("a setter", () -> withProxy().proxyPassword(BAD_SECRET)),
        refusal(
            "what goes together",
            () -> KinesisProducerConfig.builder().proxyPassword(SECRET).build()),
        refusal(
            "what goes together for one stream",
            () ->
                withProxy().proxyPassword(SECRET).stream(
                        "s", own -> own.recordTtl(java.time.Duration.ofMillis(100)))
                    .build()),
        refusal(
            "a value of a file",
            () -> KinesisProducerConfig.fromProperties(file("ProxyPassword", BAD_SECRET))),
        refusal(
            "a value of a file read leniently",
            () -> KinesisProducerConfig.fromPropertiesLenient(file("ProxyPassword", BAD_SECRET))),
        refusal(
            "a misspelt key",
            () -> KinesisProducerConfig.fromProperties(file("ProxyPasword", SECRET))),
        refusal(
            "a key that holds for all streams",
            () -> KinesisProducerConfig.fromProperties(file("stream.s.ProxyPassword", SECRET))),
        refusal("a malformed file", () -> KinesisProducerConfig.fromProperties(malformed())),
        refusal(
            "an environment variable",
            () ->
                KinesisProducerConfig.builder()
                    .applySystemSettings(
                        Map.of("KPL4J_PROXY_PASSWORD", BAD_SECRET), new Properties())),
        refusal(
            "a misspelt environment variable",
            () ->
                KinesisProducerConfig.builder()
                    .applySystemSettings(Map.of("KPL4J_PROXY_PASWORD", SECRET), new Properties())),
        refusal(
            "a system property",
            () ->
                KinesisProducerConfig.builder()
                    .applySystemSettings(Map.of(), file("kpl4j.ProxyPassword", BAD_SECRET))),
        refusal(
            "a misspelt system property",
            () ->
                KinesisProducerConfig.builder()
                    .applySystemSettings(Map.of(), file("kpl4j.proxyPassword", SECRET))),
        refusal(
            "a value that is no string",
            () -> {
              Properties properties = new Properties();
              properties.put(
                  "ProxyPassword", new java.util.concurrent.atomic.AtomicReference<>(SECRET));
              KinesisProducerConfig.fromProperties(properties);
            }));
  }

  private static Arguments refusal(String what, ThrowingCallable attempt) {
    return Arguments.of(what, attempt);
  }

  private static Path malformed() throws IOException {
    return Files.writeString(
        folder.resolve("bad.properties"), "ProxyPassword = " + SECRET + "\\u00zz\n");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusals")
  void refusal_ofASecret_doesNotRepeatIt(String what, ThrowingCallable attempt) {
    Throwable refused = catchThrowable(attempt);

    assertThat(refused).as(what).isInstanceOf(IllegalArgumentException.class);
    assertThat(stackTrace(refused)).as(what).doesNotContain(SECRET);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "me:" + SECRET + "@",
        "http://me:a/" + SECRET + "@",
        "http://a//" + SECRET + "\n@"
      })
  void refusal_ofCredentialsInAnyForm_concealsThem(String credentials) {
    for (String key : List.of("KinesisEndpoint", "CloudwatchEndpoint", "ProxyHost")) {
      Throwable refused =
          catchThrowable(
              () -> KinesisProducerConfig.fromProperties(file(key, credentials + "host:3128")));
      assertThat(stackTrace(refused)).contains("***@host:3128").doesNotContain(SECRET);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"KinesisEndpoint", "CloudwatchEndpoint", "ProxyHost"})
  void refusal_ofAUrlWithCredentials_concealsThem(String key) {
    Throwable refused =
        catchThrowable(
            () ->
                KinesisProducerConfig.fromProperties(
                    file(key, "http://me:" + SECRET + "@host:3128")));

    assertThat(refused).hasMessageStartingWith(key + "=http://***@host:3128 is not allowed");
    assertThat(stackTrace(refused)).doesNotContain(SECRET);
  }

  @Test
  void toString_ofAnyConfiguration_concealsThePassword() {
    KinesisProducerConfig config =
        withProxy().proxyPassword(SECRET).stream("s", own -> own.rateLimit(1)).build();

    assertThat(config.toString()).contains("ProxyPassword=***").doesNotContain(SECRET);
    assertThat(config.forStream("s").toString()).doesNotContain(SECRET);
  }

  @Test
  void log_ofReadingAndOfAProducer_doesNotHoldThePassword() {
    Properties file =
        file(
            "ProxyHost", "localhost",
            "ProxyUserName", "me",
            "ProxyPassword", SECRET,
            "ThreadingModel", "POOLED",
            "Region", "us-east-1",
            "MetricsLevel", "none",
            "VerifyCertificate", "false",
            "Unknown", "x");

    String log =
        Logs.of(
            () -> {
              KinesisProducerConfig config = KinesisProducerConfig.fromPropertiesLenient(file);
              KinesisProducer.builder().config(config).build().close();
            });

    assertThat(log).contains("ThreadingModel").contains("VerifyCertificate");
    assertThat(log).doesNotContain(SECRET);
  }

  private static String stackTrace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
