// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the error codes that become dimensions few and well-formed, wherever they come from.
 * Thread-safe.
 */
final class ErrorCodes {

  /** What stands for all codes after the first {@value #MOST}. */
  static final String OTHER = "Other";

  static final int MOST = 50;

  private static final String BLANK = "Unknown";
  private static final int MOST_CHARACTERS = 255;

  private final Set<String> known = ConcurrentHashMap.newKeySet();

  /** The code as a dimension has it. */
  String dimension(String code) {
    String clean = clean(code);
    if (known.contains(clean)) {
      return clean;
    }
    if (known.size() >= MOST) {
      return OTHER;
    }
    // Threads that race here may let in a few more, which does no harm.
    known.add(clean);
    return clean;
  }

  /**
   * CloudWatch refuses a whole call for one dimension that is blank, long, not ASCII or begins with
   * a colon.
   */
  private static String clean(String code) {
    String printable = code.replaceAll("[^ -~]", "?").strip();
    String begun = printable.startsWith(":") ? "?" + printable.substring(1) : printable;
    String cut = begun.substring(0, Math.min(begun.length(), MOST_CHARACTERS));
    return cut.isEmpty() ? BLANK : cut;
  }
}
