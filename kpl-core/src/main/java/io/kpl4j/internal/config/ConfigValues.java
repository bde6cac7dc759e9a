// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value for every key of ours, the one that was set or its default: for all streams, and for
 * those that have settings of their own. Immutable.
 */
public final class ConfigValues {

  /** What Kinesis takes unless a stream is set to take more. */
  private static final long RECORD_LIMIT_BYTES = 1L << 20;

  private final Map<ConfigKey<?>, Object> explicit;
  private final Map<ConfigKey<?>, Object> resolved;
  private final Map<String, Map<ConfigKey<?>, Object>> explicitOfStreams = new TreeMap<>();
  private final Map<String, ConfigValues> ofStreams = new HashMap<>();

  private ConfigValues(Map<ConfigKey<?>, Object> explicit) {
    this.explicit = Map.copyOf(explicit);
    this.resolved = new HashMap<>(explicit);
    // Once, here: the processors that a container grants may change.
    ConfigKeys.ALL.forEach(key -> resolved.put(key, get(key)));
  }

  /**
   * Completes and checks what was set.
   *
   * @param explicit for all streams: values that their keys accept
   * @param ofStreams what single streams have instead, by name
   * @throws IllegalArgumentException if they do not go together
   */
  public static ConfigValues of(
      Map<ConfigKey<?>, Object> explicit, Map<String, Map<ConfigKey<?>, Object>> ofStreams) {
    ConfigValues values = new ConfigValues(explicit);
    Combinations.check(values);
    ofStreams.forEach(values::addStream);
    return values;
  }

  private void addStream(String name, Map<ConfigKey<?>, Object> own) {
    Map<ConfigKey<?>, Object> both = new HashMap<>(explicit);
    both.putAll(own);
    ConfigValues values = new ConfigValues(both);
    try {
      Combinations.check(values);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException("stream." + name + ": " + wrong.getMessage(), wrong);
    }
    explicitOfStreams.put(name, Map.copyOf(own));
    ofStreams.put(name, values);
  }

  /** The streams that have settings of their own, by name. */
  public Map<String, ConfigValues> ofStreams() {
    return Collections.unmodifiableMap(ofStreams);
  }

  /** Returns what was set for single streams, by name. */
  public Map<String, Map<ConfigKey<?>, Object>> explicitOfStreams() {
    return Collections.unmodifiableMap(explicitOfStreams);
  }

  /** Returns the value of the key. */
  @SuppressWarnings("unchecked") // A value enters only through its key.
  public <T> T get(ConfigKey<T> key) {
    Object value = resolved.get(key);
    return value == null ? key.defaultValue(this) : (T) value;
  }

  /** Whether a value was set, be it the default. */
  public boolean isSet(ConfigKey<?> key) {
    return explicit.containsKey(key);
  }

  boolean isDefault(ConfigKey<?> key) {
    return get(key).equals(key.defaultValue(this));
  }

  /** The largest Kinesis record, data and partition key together, that the streams are to take. */
  public long recordLimitBytes() {
    return Math.max(RECORD_LIMIT_BYTES, get(ConfigKeys.MAX_USER_RECORD_SIZE));
  }

  /** Returns what was set, the defaults left out. */
  public Map<ConfigKey<?>, Object> explicit() {
    return explicit;
  }

  <T> String show(ConfigKey<T> key) {
    return key.name() + "=" + key.show(get(key));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ConfigValues that
        && resolved.equals(that.resolved)
        && ofStreams.equals(that.ofStreams);
  }

  @Override
  public int hashCode() {
    return 31 * resolved.hashCode() + ofStreams.hashCode();
  }

  /** Names and values of what differs from the defaults; no secrets. */
  @Override
  public String toString() {
    Stream<String> ofAll = ConfigKeys.ALL.stream().filter(key -> !isDefault(key)).map(this::show);
    Stream<String> ofEach =
        explicitOfStreams.entrySet().stream()
            .flatMap(each -> shown(each.getKey(), each.getValue().keySet()));
    return Stream.concat(ofAll, ofEach).toList().toString();
  }

  private Stream<String> shown(String stream, Set<ConfigKey<?>> keys) {
    ConfigValues own = requireNonNull(ofStreams.get(stream));
    return keys.stream().map(key -> "stream." + stream + "." + own.show(key)).sorted();
  }
}
