// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Settings in the environment of the process: a system property counts before an environment
 * variable, as for the AWS SDK. For one thread.
 */
public final class SystemSettings {

  private static final String PROPERTY_PREFIX = "kpl4j.";
  private static final String VARIABLE_PREFIX = "KPL4J_";
  private static final Pattern INNER_CAPITAL = Pattern.compile("(?<=.)(?=[A-Z])");

  private final Map<ConfigKey<?>, Object> explicit = new HashMap<>();
  private final StreamSettings ofStreams = new StreamSettings(Map.of());
  private final PropertiesReader reader = new PropertiesReader(false, explicit, ofStreams);

  private SystemSettings() {}

  /**
   * Reads what is set. Names without our prefix are left alone.
   *
   * @param warn is told what has no meaning here, in at most one sentence
   * @throws IllegalArgumentException if a name is unknown or a value not allowed; names the
   *     variable or property
   */
  public static SystemSettings read(
      Map<String, String> environment, Properties properties, Consumer<String> warn) {
    SystemSettings settings = new SystemSettings();
    new TreeMap<>(environment).forEach(settings::takeVariable);
    // What is taken later counts.
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      settings.takeProperty(name, properties.getProperty(name));
    }
    settings.reader.warnOfIdleKeys(warn);
    return settings;
  }

  /** For all streams. */
  public Map<ConfigKey<?>, Object> explicit() {
    return explicit;
  }

  /** For single streams. */
  public StreamSettings ofStreams() {
    return ofStreams;
  }

  private void takeVariable(String name, String text) {
    if (!name.startsWith(VARIABLE_PREFIX)) {
      return;
    }
    if (name.startsWith(VARIABLE_PREFIX + "STREAM_")) {
      throw Combinations.refusal(
          "environment variable "
              + name
              + " is refused: it cannot spell the name of a stream; the system property"
              + " kpl4j.stream.<name>.<key> can");
    }
    @Nullable ConfigKey<?> key = keyOf(name);
    if (key == null) {
      String hint =
          KnownKeys.nearest(name, SystemSettings::variable)
              .map(near -> ", did you mean " + near + "?")
              .orElse("");
      throw Combinations.refusal("unknown environment variable " + name + hint);
    }
    take("environment variable " + name, key.name(), text);
  }

  private void takeProperty(String name, String text) {
    if (name.startsWith(PROPERTY_PREFIX)) {
      take("system property " + name, name.substring(PROPERTY_PREFIX.length()), text);
    }
  }

  private void take(String source, String key, String text) {
    try {
      reader.take(key, text);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(source + ": " + wrong.getMessage(), wrong);
    }
  }

  private static @Nullable ConfigKey<?> keyOf(String variable) {
    for (ConfigKey<?> key : KnownKeys.all()) {
      if (variable(key.name()).equals(variable)) {
        return key;
      }
    }
    return null;
  }

  /** How an environment variable spells a key: {@code KPL4J_RECORD_TTL}. */
  static String variable(String key) {
    return VARIABLE_PREFIX + INNER_CAPITAL.matcher(key).replaceAll("_").toUpperCase(Locale.ROOT);
  }
}
