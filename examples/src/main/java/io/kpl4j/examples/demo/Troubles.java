// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** Says what a call of the SDK threw in words that can be acted on. Stateless. */
final class Troubles {

  private static final int MAX_CAUSES = 32;

  private Troubles() {}

  /**
   * Translates.
   *
   * @param thrown what a call threw
   * @param where what was called, for people
   */
  static DemoException of(Throwable thrown, String where) {
    List<Throwable> causes = causes(thrown);
    for (Throwable cause : causes) {
      if (cause instanceof DemoException known) {
        return known;
      }
    }
    return DemoException.failed(text(causes, where), thrown);
  }

  private static String text(List<Throwable> causes, String where) {
    Throwable last = causes.get(causes.size() - 1);
    if (has(causes, ConnectException.class)) {
      return where + " does not answer: connection refused.\nIs it running, and is the port right?";
    }
    if (has(causes, UnknownHostException.class)) {
      return where + " cannot be found: there is no host of that name.\nIs the URL right?";
    }
    if (has(causes, SSLException.class)) {
      return where
          + ": TLS failed: "
          + last.getMessage()
          + "\nA self-signed certificate is trusted if CaCertFile in the properties names it;"
          + " a plain endpoint is called by http://";
    }
    if (has(causes, ResourceNotFoundException.class)) {
      return where
          + " is not there: the endpoint answers, but has no stream of that name."
          + "\nCreate it first, as with: aws kinesis create-stream --shard-count 4 --stream-name NAME";
    }
    Optional<AwsServiceException> service = first(causes, AwsServiceException.class);
    if (service.isPresent()) {
      return ofService(service.get(), where);
    }
    return ofClient(causes, last, where);
  }

  private static String ofService(AwsServiceException thrown, String where) {
    @Nullable String code =
        thrown.awsErrorDetails() == null ? null : thrown.awsErrorDetails().errorCode();
    boolean unheardOf = thrown.getClass() == KinesisException.class && thrown.statusCode() == 404;
    if (code == null || code.isEmpty() || unheardOf) {
      return where
          + " does not answer as Kinesis does: HTTP status "
          + thrown.statusCode()
          + ".\nIs the URL that of a Kinesis endpoint?";
    }
    return where + " refuses: " + code + ": " + thrown.awsErrorDetails().errorMessage();
  }

  private static String ofClient(List<Throwable> causes, Throwable last, String where) {
    String text = String.valueOf(causes.get(0).getMessage()) + last.getMessage();
    if (has(causes, ApiCallTimeoutException.class)
        || text.toLowerCase(Locale.ROOT).contains("timed out")) {
      return where + " does not answer in time.\nIs the URL right, and is it reachable from here?";
    }
    if (text.contains("Unable to load credentials")) {
      return "no AWS credentials were found for "
          + where
          + ".\nSet AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.";
    }
    if (text.contains("Unable to load region")) {
      return "no AWS region is known for "
          + where
          + ".\nSet AWS_REGION, or Region in the properties.";
    }
    return where + " cannot be used: " + last.getMessage();
  }

  private static boolean has(List<Throwable> causes, Class<?> type) {
    return causes.stream().anyMatch(type::isInstance);
  }

  private static <T> Optional<T> first(List<Throwable> causes, Class<T> type) {
    return causes.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  private static List<Throwable> causes(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = thrown;
        cause != null && causes.size() < MAX_CAUSES;
        cause = cause.getCause()) {
      causes.add(cause);
    }
    return causes;
  }
}
