// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The command line of {@code ./bench}. Immutable once it is read. */
final class BenchOptions {

  private static final int QUICK_SECONDS = 5;
  private static final int FULL_SECONDS = 8;
  private static final int QUICK_WARM_UP_SECONDS = 10;
  private static final int FULL_WARM_UP_SECONDS = 45;

  /** Of a process that does one workload only. */
  private static final int MAX_WARM_UP_APART_SECONDS = 10;

  private static final int WARM_UP_AGAIN_MILLIS = 2_000;
  private static final int MAX_SECONDS = 600;
  private static final int MAX_REPETITIONS = 100;

  private boolean help;
  private boolean list;
  private boolean quick;
  private boolean localStack = true;
  private boolean calibrates = true;
  private int seconds;
  private int warmUpSeconds;
  private int repetitions;
  private Pattern only = Pattern.compile("");

  private BenchOptions() {}

  /**
   * Reads a command line.
   *
   * @throws UsageException names what is wrong with it
   */
  static BenchOptions parse(String... words) {
    BenchOptions options = new BenchOptions();
    for (int i = 0; i < words.length; i++) {
      switch (words[i]) {
        case "-h", "--help" -> options.help = true;
        case "--list" -> options.list = true;
        case "--quick" -> options.quick = true;
        case "--no-localstack" -> options.localStack = false;
        case "--no-calibration" -> options.calibrates = false;
        case "--seconds" -> options.seconds = number(words, ++i, MAX_SECONDS);
        case "--warm-up" -> options.warmUpSeconds = number(words, ++i, MAX_SECONDS);
        case "--repetitions" -> options.repetitions = number(words, ++i, MAX_REPETITIONS);
        case "--only" -> options.only = pattern(value(words, ++i));
        default -> throw new UsageException("there is no option " + words[i]);
      }
    }
    return options;
  }

  private static String value(String[] words, int at) {
    if (at >= words.length) {
      throw new UsageException(words[at - 1] + " needs a value");
    }
    return words[at];
  }

  private static int number(String[] words, int at, int most) {
    String text = value(words, at);
    try {
      int number = Integer.parseInt(text);
      if (number >= 1 && number <= most) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // Said below.
    }
    throw new UsageException(words[at - 1] + " takes 1 to " + most + ", not " + text);
  }

  private static Pattern pattern(String text) {
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new UsageException("--only takes a regular expression: " + e.getDescription());
    }
  }

  boolean help() {
    return help;
  }

  boolean list() {
    return list;
  }

  boolean quick() {
    return quick;
  }

  /** How long each run is measured. */
  int seconds() {
    return seconds > 0 ? seconds : quick ? QUICK_SECONDS : FULL_SECONDS;
  }

  /** How long the process of a producer warms up, once. */
  int warmUpSeconds() {
    return warmUpSeconds > 0 ? warmUpSeconds : quick ? QUICK_WARM_UP_SECONDS : FULL_WARM_UP_SECONDS;
  }

  /** The same for a workload; one that is apart has less. */
  int warmUpMillis(Workload workload) {
    if (workload.kind() == Workload.Kind.START) {
      return 0;
    }
    return 1_000
        * (workload.isApart()
            ? Math.min(warmUpSeconds(), MAX_WARM_UP_APART_SECONDS)
            : warmUpSeconds());
  }

  /** How long a run then warms up at its own load. */
  int warmUpAgainMillis() {
    return WARM_UP_AGAIN_MILLIS;
  }

  /** How often each run is repeated, of those that the workload wants so often. */
  int repetitions(int wanted) {
    return repetitions > 0 ? repetitions : quick ? 1 : wanted;
  }

  /** Whether LocalStack has its turn too. */
  boolean localStack() {
    return localStack && !quick;
  }

  /** Whether what the runs are held against is measured. */
  boolean calibrates() {
    return calibrates;
  }

  boolean wants(Workload workload, Contender contender) {
    return only.matcher(workload.id() + "/" + contender.id()).find();
  }
}
