// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** All keys by name, and the one that a misspelt name probably meant. Immutable. */
final class KnownKeys {

  private static final Map<String, ConfigKey<?>> BY_NAME = new TreeMap<>();

  static {
    ConfigKeys.ALL.forEach(key -> BY_NAME.put(key.name(), key));
    ForeignKeys.ALL.forEach(key -> BY_NAME.put(key.name(), key));
  }

  private KnownKeys() {}

  static Collection<ConfigKey<?>> all() {
    return BY_NAME.values();
  }

  static @Nullable ConfigKey<?> find(String name) {
    return BY_NAME.get(name);
  }

  /** Says that a key is unknown and what it probably should be. */
  static String unknown(String name) {
    return "unknown key "
        + name
        + nearest(name, UnaryOperator.identity())
            .map(near -> ", did you mean " + near + "?")
            .orElse("");
  }

  /**
   * The known name that a misspelt one is nearest to, if it is near any.
   *
   * @param spelling how names of keys are spelt where the misspelt one stands
   */
  static Optional<String> nearest(String name, UnaryOperator<String> spelling) {
    String wanted = name.toLowerCase(Locale.ROOT);
    int tolerance = Math.max(2, name.length() / 3);
    return BY_NAME.keySet().stream()
        .map(spelling)
        .min(Comparator.comparingInt(known -> distance(wanted, known.toLowerCase(Locale.ROOT))))
        .filter(known -> distance(wanted, known.toLowerCase(Locale.ROOT)) <= tolerance);
  }

  /** How many letters must be inserted, removed or replaced: Levenshtein's distance. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int column = 0; column <= to.length(); column++) {
      row[column] = column;
    }
    for (int line = 1; line <= from.length(); line++) {
      int diagonal = row[0];
      row[0] = line;
      for (int column = 1; column <= to.length(); column++) {
        int replaced = diagonal + (from.charAt(line - 1) == to.charAt(column - 1) ? 0 : 1);
        diagonal = row[column];
        row[column] = Math.min(replaced, 1 + Math.min(row[column], row[column - 1]));
      }
    }
    return row[to.length()];
  }
}
