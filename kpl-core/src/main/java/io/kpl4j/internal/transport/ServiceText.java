// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.transport;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the service or the SDK says of a call, fit for logs and exceptions: cut to a length, and
 * without what it repeats of the request. Stateless.
 *
 * <p>A field that is not valid is quoted, and so would be a key; a signature that does not match is
 * answered with all headers that should have been signed, a session's token among them.
 */
public final class ServiceText {

  private static final int MAX_CHARS = 1_000;

  /** So much is read at most: who answers may be anybody. */
  private static final int MAX_READ_CHARS = 10 * MAX_CHARS;

  /** Causes may form a ring. */
  private static final int MAX_CAUSES = 32;

  /** Up to what follows the value; all that is left if nothing does. */
  private static final Pattern QUOTED_VALUE =
      Pattern.compile("(?<=Value ')(?:.*?(?=' at '[^']*' failed to satisfy)|.*)", Pattern.DOTALL);

  private static final Pattern QUOTED_HEADERS =
      Pattern.compile(
          "(?<=Canonical String for this request should have been|Authorization header:).*",
          Pattern.DOTALL);

  private ServiceText() {}

  /** What may be shown of a text; null becomes empty. */
  public static String shown(@Nullable String text) {
    if (text == null) {
      return "";
    }
    String read = cut(text, MAX_READ_CHARS);
    String unsigned = QUOTED_HEADERS.matcher(read).replaceAll(" ***");
    return cut(QUOTED_VALUE.matcher(unsigned).replaceAll("***"), MAX_CHARS);
  }

  private static String cut(String text, int maxChars) {
    return text.length() <= maxChars ? text : text.substring(0, maxChars);
  }

  /** What may be logged of a failed call: its kind, text and trace, and those of its causes. */
  public static @Nullable Throwable loggable(@Nullable Throwable failure) {
    return loggable(failure, MAX_CAUSES);
  }

  private static @Nullable Throwable loggable(@Nullable Throwable failure, int causesLeft) {
    return failure == null || causesLeft == 0
        ? null
        : new Shown(failure, loggable(failure.getCause(), causesLeft - 1));
  }

  /** Stands for another exception in a log. */
  private static final class Shown extends Exception {
    private static final long serialVersionUID = 1;

    Shown(Throwable failure, @Nullable Throwable cause) {
      super(ServiceText.shown(failure.toString()), cause);
      setStackTrace(failure.getStackTrace());
    }
  }
}
