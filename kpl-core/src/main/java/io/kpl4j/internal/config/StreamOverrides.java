// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static io.kpl4j.internal.config.Combinations.refusal;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_ENABLED;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_MAX_COUNT;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_RECORD_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.COLLECTION_MAX_COUNT;
import static io.kpl4j.internal.config.ConfigKeys.COLLECTION_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.FAIL_IF_THROTTLED;
import static io.kpl4j.internal.config.ConfigKeys.MAX_USER_RECORD_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.RATE_LIMIT;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_DISTRIBUTION_STRATEGY_DEFAULT;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_MAX_BUFFERED_TIME;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_TTL;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings for one stream, {@code stream.<name>.Key}: checked here, acted on by a later version.
 * Confined to the reading of one file.
 */
final class StreamOverrides {

  /** The name ends at the last dot, as it may have dots itself. */
  private static final Pattern NAME = Pattern.compile("stream\\.([A-Za-z0-9_.-]{1,128})\\.([^.]+)");

  private static final Set<ConfigKey<?>> ALLOWED =
      Set.of(
          AGGREGATION_ENABLED,
          AGGREGATION_MAX_COUNT,
          AGGREGATION_MAX_SIZE,
          AGGREGATION_RECORD_MAX_SIZE,
          COLLECTION_MAX_COUNT,
          COLLECTION_MAX_SIZE,
          FAIL_IF_THROTTLED,
          MAX_USER_RECORD_SIZE,
          RATE_LIMIT,
          RECORD_DISTRIBUTION_STRATEGY_DEFAULT,
          RECORD_MAX_BUFFERED_TIME,
          RECORD_TTL);

  private final Map<String, Map<ConfigKey<?>, Object>> byStream = new TreeMap<>();
  private final List<String> shown = new ArrayList<>();

  static boolean isOne(String name) {
    return name.startsWith("stream.");
  }

  /** Takes one in; returns what is wrong with its name, if anything. */
  @Nullable String add(String name, String text) {
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      return "malformed key " + name + ", expected stream.<name>.<key>";
    }
    String keyName = parts.group(2);
    if (keyName.equals("Arn")) {
      throw refusal(
          name
              + " is refused: streams of other accounts are not supported in this version, and the"
              + " records would go to a stream of your own");
    }
    @Nullable ConfigKey<?> key = KnownKeys.find(keyName);
    if (key == null) {
      return name + ": " + KnownKeys.unknown(keyName);
    }
    if (!ALLOWED.contains(key)) {
      throw refusal(name + " is refused: " + keyName + " holds for all streams");
    }
    byStream
        .computeIfAbsent(parts.group(1), stream -> new HashMap<>())
        .put(key, parse(key, name, text));
    shown.add(name + "=" + text);
    return null;
  }

  /** Checks that the settings of each stream go together with those of all streams. */
  void check(ConfigValues values) {
    byStream.forEach(
        (stream, own) -> {
          Map<ConfigKey<?>, Object> both = new HashMap<>(values.explicit());
          both.putAll(own);
          try {
            checkAggregation(values, ConfigValues.of(both));
          } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                "stream." + stream + ": " + wrong.getMessage(), wrong);
          }
        });
  }

  /** Names and values of all. */
  List<String> shown() {
    return List.copyOf(shown);
  }

  private static void checkAggregation(ConfigValues ofAll, ConfigValues ofStream) {
    if (ofAll.get(AGGREGATION_ENABLED) && !ofStream.get(AGGREGATION_ENABLED)) {
      throw refusal(
          ofStream.show(AGGREGATION_ENABLED)
              + " is refused: settings for one stream have no effect in this version, and its"
              + " consumers might not open aggregates; set it for all streams");
    }
  }

  private static Object parse(ConfigKey<?> key, String name, String text) {
    try {
      return key.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(name + ": " + wrong.getMessage(), wrong);
    }
  }
}
