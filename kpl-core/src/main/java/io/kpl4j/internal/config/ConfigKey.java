// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static java.util.Objects.requireNonNull;

import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The declaration of one configuration key. Immutable.
 *
 * @param <T> type of its value
 */
public final class ConfigKey<T> {

  /** What becomes of a value. */
  public enum Effect {
    /** It does what its meaning says. */
    FULL,
    /** It is checked; there is nothing here that it could mean. */
    IGNORED,
    /** Only its empty default is accepted, as ignoring it would do harm. */
    REFUSED
  }

  /** Where the documentation lists a key. */
  public enum Group {
    /** What every user should have seen. */
    ESSENTIAL,
    /** What is often tuned. */
    FREQUENT,
    /** What is seldom tuned. */
    RARE,
    /** Keys of the KPL that have no meaning here. */
    FOREIGN
  }

  private static final String CONCEALED = "***";

  private static final Pattern USER_INFO = Pattern.compile("^([A-Za-z]+://)?.*@", Pattern.DOTALL);

  private final String name;
  private final ValueType<T> type;
  private final Default<T> fallback;
  private final Group group;
  private final String meaning;
  private final Effect effect;

  private ConfigKey(
      String name,
      ValueType<T> type,
      Default<T> fallback,
      Group group,
      String meaning,
      Effect effect) {
    this.name = name;
    this.type = type;
    this.fallback = fallback;
    this.group = group;
    this.meaning = meaning;
    this.effect = effect;
  }

  static <T> ConfigKey<T> key(
      String name, ValueType<T> type, T fallback, Group group, String meaning) {
    String text = type.format().apply(fallback);
    Default<T> fixed = new Default<>(text.isEmpty() ? "none" : text, values -> fallback);
    return new ConfigKey<>(name, type, fixed, group, meaning, Effect.FULL);
  }

  static <T> ConfigKey<T> derivedKey(
      String name, ValueType<T> type, Default<T> fallback, Group group, String meaning) {
    return new ConfigKey<>(name, type, fallback, group, meaning, Effect.FULL);
  }

  ConfigKey<T> with(Effect other) {
    return new ConfigKey<>(name, type, fallback, group, meaning, other);
  }

  /** Name in a properties file. */
  public String name() {
    return name;
  }

  Effect effect() {
    return effect;
  }

  Group group() {
    return group;
  }

  /** What it does or, of a foreign key, why it does nothing. */
  String meaning() {
    return meaning;
  }

  String allowed() {
    return type.allowed();
  }

  String defaultText() {
    return fallback.text();
  }

  T defaultValue(ConfigValues values) {
    return fallback.value().apply(values);
  }

  /** Reads the text of a file. */
  T parse(String text) {
    T value;
    try {
      value = type.parse().apply(text);
    } catch (IllegalArgumentException notOfThisType) {
      throw refusal(text, notOfThisType);
    }
    if (!type.accepts().test(value)) {
      throw refusal(text, null);
    }
    return value;
  }

  /** Returns the value if it is allowed. */
  public T check(T value) {
    if (!type.accepts().test(requireNonNull(value, name))) {
      throw refusal(format(value), null);
    }
    return value;
  }

  String format(T value) {
    return type.format().apply(value);
  }

  /** As {@link #format}, but fit for logs and messages. */
  String show(T value) {
    return conceal(format(value));
  }

  private IllegalArgumentException refusal(String text, @Nullable Throwable cause) {
    if (effect == Effect.REFUSED) {
      return new IllegalArgumentException(
          name + "=" + conceal(text) + " is refused. " + meaning.replace("`", ""), cause);
    }
    String hint = text.endsWith(";") ? "; remove the semicolon at its end" : "";
    return new IllegalArgumentException(
        name + "=" + conceal(text) + " is not allowed; allowed: " + allowed() + hint, cause);
  }

  private boolean isSecret() {
    return name.endsWith("Password");
  }

  private String conceal(String text) {
    if (isSecret()) {
      return text.isEmpty() ? text : CONCEALED;
    }
    // No key takes credentials in a URL; but a refusal would repeat them.
    return USER_INFO.matcher(text).replaceAll("$1" + CONCEALED + "@");
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * A value that holds where none is set.
   *
   * @param <T> type of the value
   * @param text as documented
   * @param value computed from the other values
   */
  record Default<T>(String text, Function<ConfigValues, T> value) {}
}
