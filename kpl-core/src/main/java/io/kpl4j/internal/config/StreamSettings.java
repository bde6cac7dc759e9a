// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static io.kpl4j.internal.config.Combinations.refusal;
import static io.kpl4j.internal.config.ConfigKeys.ADAPTIVE_RATE_LIMIT;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_ENABLED;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_MAX_COUNT;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_RECORD_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.COLLECTION_MAX_COUNT;
import static io.kpl4j.internal.config.ConfigKeys.COLLECTION_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.FAIL_IF_THROTTLED;
import static io.kpl4j.internal.config.ConfigKeys.KEY_ORDER;
import static io.kpl4j.internal.config.ConfigKeys.MAX_USER_RECORD_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.RATE_LIMIT;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_DISTRIBUTION_STRATEGY_DEFAULT;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_MAX_BUFFERED_TIME;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_TTL;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is set for single streams, by the name or alias that records are put to. For one thread.
 *
 * <p>A file spells it {@code stream.<name>.Key}.
 */
public final class StreamSettings {

  /** Of a stream whose name in the program is an alias. Not a key for all streams. */
  public static final ConfigKey<String> ARN =
      ConfigKey.key(
          "Arn",
          ValueType.text(
              "the ARN of a Kinesis stream",
              "arn:aws[a-z-]*:kinesis:[a-z0-9-]+:[0-9]{12}:stream/[A-Za-z0-9_.-]{1,128}"),
          "",
          ConfigKey.Group.RARE,
          "The stream that records put to the alias go to.");

  /** As the service names a stream beside its name or ARN. Not a key for all streams. */
  public static final ConfigKey<String> ID =
      ConfigKey.key(
          "Id",
          ValueType.text("the id of a Kinesis stream", "[A-Za-z0-9_.-]{1,128}"),
          "",
          ConfigKey.Group.RARE,
          "The id of the stream, sent beside its name or ARN.");

  private static final String NAME = "[A-Za-z0-9_.-]{1,128}";

  /** The name ends at the last dot, as it may have dots itself. */
  private static final Pattern KEY = Pattern.compile("stream\\.(" + NAME + ")\\.([^.]+)");

  static final Set<ConfigKey<?>> ALLOWED =
      Set.of(
          ADAPTIVE_RATE_LIMIT,
          AGGREGATION_ENABLED,
          AGGREGATION_MAX_COUNT,
          AGGREGATION_MAX_SIZE,
          AGGREGATION_RECORD_MAX_SIZE,
          ARN,
          COLLECTION_MAX_COUNT,
          COLLECTION_MAX_SIZE,
          FAIL_IF_THROTTLED,
          ID,
          KEY_ORDER,
          MAX_USER_RECORD_SIZE,
          RATE_LIMIT,
          RECORD_DISTRIBUTION_STRATEGY_DEFAULT,
          RECORD_MAX_BUFFERED_TIME,
          RECORD_TTL);

  private final Map<String, Map<ConfigKey<?>, Object>> byStream = new TreeMap<>();

  /** Creates a set that begins with the given values. */
  public StreamSettings(Map<String, Map<ConfigKey<?>, Object>> initial) {
    initial.forEach((stream, values) -> byStream.put(stream, new HashMap<>(values)));
  }

  static boolean isOne(String name) {
    return name.startsWith("stream.");
  }

  /**
   * Checks the name of a stream.
   *
   * @throws IllegalArgumentException if no stream can have it
   */
  public static String checkName(String stream) {
    if (!stream.matches(NAME)) {
      throw refusal(
          "stream name "
              + stream
              + " is not allowed; allowed: 1 to 128 letters, digits, underscores, dots and hyphens");
    }
    return stream;
  }

  /** Sets a value that its key accepts. */
  public <T> void set(String stream, ConfigKey<T> key, T value) {
    put(stream, key, value);
  }

  /** Sets all that another set has. */
  public void setAll(StreamSettings other) {
    other.byStream.forEach((stream, own) -> own.forEach((key, value) -> put(stream, key, value)));
  }

  /** Takes one in from a file; returns what is wrong with its name, if anything. */
  @Nullable String add(String name, String text) {
    Matcher parts = KEY.matcher(name);
    if (!parts.matches()) {
      return "malformed key " + name + ", expected stream.<name>.<key>";
    }
    String keyName = parts.group(2);
    ConfigKey<?> key = find(keyName);
    if (key == null) {
      return name + ": " + unknown(keyName);
    }
    if (!ALLOWED.contains(key)) {
      throw refusal(name + " is refused: " + keyName + " holds for all streams");
    }
    put(parts.group(1), key, parse(key, name, text));
    return null;
  }

  private static String unknown(String keyName) {
    return Stream.of(ARN.name(), ID.name())
        .filter(keyName::equalsIgnoreCase)
        .findFirst()
        .map(near -> "unknown key " + keyName + ", did you mean " + near + "?")
        .orElseGet(() -> KnownKeys.unknown(keyName));
  }

  private static @Nullable ConfigKey<?> find(String keyName) {
    return keyName.equals(ARN.name())
        ? ARN
        : keyName.equals(ID.name()) ? ID : KnownKeys.find(keyName);
  }

  private void put(String stream, ConfigKey<?> key, Object value) {
    byStream.computeIfAbsent(stream, first -> new HashMap<>()).put(key, value);
  }

  private static Object parse(ConfigKey<?> key, String name, String text) {
    try {
      return key.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(name + ": " + wrong.getMessage(), wrong);
    }
  }

  /** What was set, by stream; a view. */
  public Map<String, Map<ConfigKey<?>, Object>> byStream() {
    return byStream;
  }
}
