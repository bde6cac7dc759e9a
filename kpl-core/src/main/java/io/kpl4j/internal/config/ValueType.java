// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static io.kpl4j.KinesisProducerConfig.FOREVER;
import static java.time.temporal.ChronoUnit.MILLIS;
import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What values a key takes and how a file spells them. Immutable.
 *
 * @param <T> type of the value
 * @param allowed what is allowed, for messages and documentation
 * @param parse from the trimmed text of a file; throws IllegalArgumentException or yields a value
 *     that {@code accepts} judges
 * @param accepts whether a value is within its range or pattern
 * @param format the text that {@code parse} would read as the value
 */
record ValueType<T>(
    String allowed, Function<String, T> parse, Predicate<T> accepts, Function<T, String> format) {

  /** So long that no one waits for it, and so short that its nanoseconds can be reckoned with. */
  static final Duration LONGEST = Duration.ofDays(36_500);

  private static final Pattern DIGITS = Pattern.compile("[+-]?[0-9]+");

  static ValueType<Boolean> flag() {
    return new ValueType<>("true or false", ValueType::parseFlag, value -> true, String::valueOf);
  }

  static ValueType<Long> amount(long min, long max) {
    return new ValueType<>(
        range(min, max),
        text -> Long.parseLong(wholeNumber(text)),
        value -> value >= min && value <= max,
        String::valueOf);
  }

  static ValueType<Integer> count(int min, int max) {
    return new ValueType<>(
        range(min, max),
        text -> Integer.parseInt(wholeNumber(text)),
        value -> value >= min && value <= max,
        String::valueOf);
  }

  static ValueType<Duration> millis(long min, long max) {
    return new ValueType<>(
        range(min, max) + " ms",
        text -> Duration.ofMillis(Long.parseLong(wholeNumber(text))),
        value -> isBetween(value, Duration.ofMillis(min), Duration.ofMillis(max)),
        ValueType::formatMillis);
  }

  /** A time without a bound of its own, yet one that can be reckoned with. */
  static ValueType<Duration> longMillis(long min) {
    return new ValueType<>(
        range(min, LONGEST.toMillis()) + " ms",
        text -> Duration.ofMillis(Long.parseLong(wholeNumber(text))),
        value -> isBetween(value, Duration.ofMillis(min), LONGEST),
        ValueType::formatMillis);
  }

  /** As {@link #longMillis}, or infinite. */
  static ValueType<Duration> longMillisOrForever(long min) {
    ValueType<Duration> finite = longMillis(min);
    return new ValueType<>(
        finite.allowed + ", or infinite",
        text -> text.equals("infinite") ? FOREVER : finite.parse.apply(text),
        value -> value.equals(FOREVER) || finite.accepts.test(value),
        ValueType::formatMillis);
  }

  static ValueType<String> text(String allowed, String pattern) {
    return new ValueType<>(
        allowed, text -> text, Pattern.compile(pattern).asMatchPredicate(), text -> text);
  }

  static <E extends Enum<E>> ValueType<E> lowerCase(Class<E> type) {
    return oneOf(type, value -> value.name().toLowerCase(Locale.ROOT));
  }

  static <E extends Enum<E>> ValueType<E> upperCase(Class<E> type) {
    return oneOf(type, Enum::name);
  }

  private static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type, Function<E, String> format) {
    E[] constants = type.getEnumConstants();
    return new ValueType<>(
        Stream.of(constants).map(format).collect(joining(", ")),
        text ->
            Stream.of(constants)
                .filter(value -> format.apply(value).equals(text))
                .findFirst()
                .orElseThrow(IllegalArgumentException::new),
        value -> true,
        format);
  }

  private static boolean parseFlag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  /** Long.parseLong also takes the digits of other scripts. */
  private static String wholeNumber(String text) {
    if (!DIGITS.matcher(text).matches()) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private static String range(long min, long max) {
    return max == Long.MAX_VALUE ? min + " or more" : min + " to " + max;
  }

  private static boolean isBetween(Duration value, Duration min, Duration max) {
    return value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
  }

  private static String formatMillis(Duration value) {
    if (value.equals(FOREVER)) {
      return "infinite";
    }
    boolean wholeMillis =
        isBetween(value, Duration.ZERO, LONGEST) && value.truncatedTo(MILLIS).equals(value);
    return wholeMillis ? String.valueOf(value.toMillis()) : value.toString();
  }
}
