// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import io.kpl4j.internal.transport.ServiceText;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Says in our words what a call to the SDK threw. Stateless; never throws. */
final class CallFailures {

  /** Ready beforehand: there may be no memory to make it. */
  static final Failed OUT_OF_MEMORY =
      new Failed(Origin.OUT_OF_MEMORY, "OutOfMemoryError", "the heap is exhausted", 0);

  private static final Failed UNREADABLE =
      new Failed(Origin.CLIENT, "Unknown", "an exception that cannot be read", 0);

  /** Causes may form a ring. */
  private static final int MAX_CAUSES = 32;

  private CallFailures() {}

  static Failed of(Throwable thrown) {
    try {
      return read(causes(thrown));
    } catch (OutOfMemoryError e) {
      return OUT_OF_MEMORY;
    } catch (RuntimeException | StackOverflowError e) {
      return UNREADABLE;
    }
  }

  private static Failed read(List<Throwable> causes) {
    if (first(causes, OutOfMemoryError.class).isPresent()) {
      return OUT_OF_MEMORY;
    }
    Optional<MarkedCredentials.Unavailable> unavailable =
        first(causes, MarkedCredentials.Unavailable.class);
    if (unavailable.isPresent()) {
      return failed(Origin.CREDENTIALS, causes(unavailable.get().reason()));
    }
    return failed(origin(causes), causes);
  }

  private static Origin origin(List<Throwable> causes) {
    if (first(causes, SdkServiceException.class).isPresent()) {
      return Origin.SERVICE;
    }
    return causes.stream().anyMatch(CallFailures::timeLimit) ? Origin.TIME_LIMIT : Origin.CLIENT;
  }

  private static boolean timeLimit(Throwable cause) {
    return cause instanceof ApiCallTimeoutException
        || cause instanceof ApiCallAttemptTimeoutException;
  }

  private static Failed failed(Origin origin, List<Throwable> causes) {
    return first(causes, SdkServiceException.class)
        .map(service -> ofService(origin, service))
        .orElseGet(() -> ofClient(origin, causes));
  }

  private static Failed ofService(Origin origin, SdkServiceException thrown) {
    AwsErrorDetails details =
        thrown instanceof AwsServiceException aws ? aws.awsErrorDetails() : null;
    String code = details == null ? null : details.errorCode();
    String message = details == null ? null : details.errorMessage();
    return new Failed(
        origin,
        code == null || code.isEmpty() ? publicName(thrown) : code,
        ServiceText.shown(message == null ? thrown.getMessage() : message),
        thrown.statusCode());
  }

  private static Failed ofClient(Origin origin, List<Throwable> causes) {
    Throwable telling = telling(causes);
    @Nullable String message = telling.getMessage();
    return new Failed(
        origin,
        publicName(telling),
        ServiceText.shown(message == null ? causes.get(0).getMessage() : message),
        0);
  }

  /** The outermost failure of input or output that has a kind; what lies below it is detail. */
  private static Throwable telling(List<Throwable> causes) {
    @Nullable Throwable plain = null;
    for (Throwable cause : causes) {
      if (cause instanceof IOException) {
        if (cause.getClass() != IOException.class) {
          return cause;
        }
        plain = plain == null ? cause : plain;
      }
    }
    return plain == null ? causes.get(causes.size() - 1) : plain;
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

  private static <T extends Throwable> Optional<T> first(List<Throwable> causes, Class<T> type) {
    return causes.stream().filter(type::isInstance).map(type::cast).findFirst();
  }

  /** The network library throws private kinds of the exceptions that everybody knows. */
  private static String publicName(Throwable thrown) {
    Class<?> type = thrown.getClass();
    while (!Modifier.isPublic(type.getModifiers()) || type.isAnonymousClass()) {
      type = type.getSuperclass();
    }
    return type.getSimpleName();
  }
}
