// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns properties into values, and says what has no effect. Confined to one reading. */
public final class PropertiesReader {

  private final boolean lenient;
  private final Map<ConfigKey<?>, Object> explicit;
  private final StreamSettings ofStreams;
  private final Set<String> ignored = new TreeSet<>();
  private final List<String> unknown = new ArrayList<>();

  PropertiesReader(boolean lenient, Map<ConfigKey<?>, Object> explicit, StreamSettings ofStreams) {
    this.lenient = lenient;
    this.explicit = explicit;
    this.ofStreams = ofStreams;
  }

  /**
   * Reads properties.
   *
   * @param lenient whether an unknown key is named in a warning instead of refused
   * @param warn is told in at most one sentence of each kind
   * @throws IllegalArgumentException if a key is unknown or a value not allowed
   */
  public static ConfigValues read(Properties properties, boolean lenient, Consumer<String> warn) {
    PropertiesReader reader =
        new PropertiesReader(lenient, new HashMap<>(), new StreamSettings(Map.of()));
    reader.checkStrings(properties);
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      reader.take(name, properties.getProperty(name));
    }
    ConfigValues values = ConfigValues.of(reader.explicit, reader.ofStreams.byStream());
    reader.warnOfIdleKeys(warn);
    return values;
  }

  /** What is not a string would be passed over in silence. */
  private void checkStrings(Properties properties) {
    properties.forEach(
        (name, value) -> {
          if (!(name instanceof String) || !(value instanceof String)) {
            throw new IllegalArgumentException(
                "the value of "
                    + name
                    + " must be a string, but is a "
                    + value.getClass().getName());
          }
        });
  }

  /** Takes in one key, as a file spells it, and its value. */
  void take(String name, String untrimmed) {
    String text = untrimmed.strip();
    @Nullable ConfigKey<?> key = KnownKeys.find(name);
    if (StreamSettings.isOne(name)) {
      takeOfStream(name, text);
    } else if (key == null) {
      takeUnknown(KnownKeys.unknown(name));
    } else {
      takeKnown(key, text);
    }
  }

  private void takeOfStream(String name, String text) {
    @Nullable String complaint = ofStreams.add(name, text);
    if (complaint != null) {
      takeUnknown(complaint);
    }
  }

  private void takeUnknown(String complaint) {
    if (!lenient) {
      throw new IllegalArgumentException(complaint);
    }
    unknown.add(complaint);
  }

  private <T> void takeKnown(ConfigKey<T> key, String text) {
    T value = key.parse(text);
    switch (key.effect()) {
      case FULL -> explicit.put(key, value);
      case IGNORED -> ignored.add(key.name());
      case REFUSED -> {} // Empty, or it would not have been parsed.
    }
  }

  /** Names what was passed over, and what has no meaning here. */
  void warnOfIdleKeys(Consumer<String> warn) {
    if (!unknown.isEmpty()) {
      warn.accept("Passed over: " + String.join("; ", unknown));
    }
    if (!ignored.isEmpty()) {
      warn.accept("Ignored, as they have no meaning here: " + String.join(", ", ignored));
    }
  }
}
