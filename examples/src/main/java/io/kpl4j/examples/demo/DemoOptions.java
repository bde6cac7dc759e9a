// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The command line of the demo. Immutable. */
final class DemoOptions {

  /** Stands for standard input in place of a file. */
  static final String STANDARD_INPUT = "-";

  private boolean help;
  private boolean debug;
  private boolean localstack;
  private @Nullable URI endpoint;
  private @Nullable String stream;
  private @Nullable Path properties;
  private @Nullable String file;

  private DemoOptions() {}

  /**
   * Reads a command line.
   *
   * @throws DemoException names what is wrong with it
   */
  static DemoOptions parse(String... words) {
    DemoOptions options = new DemoOptions();
    Words rest = new Words(words);
    while (rest.more()) {
      options.take(rest.next(), rest);
    }
    if (!options.help) {
      options.check();
    }
    return options;
  }

  private void take(String word, Words rest) {
    switch (word) {
      case "-h", "--help" -> help = true;
      case "--debug" -> debug = true;
      case "--localstack" -> localstack = true;
      case "--endpoint" -> endpoint = url(rest.valueOf(word, "URL"));
      case "--stream" -> stream = rest.valueOf(word, "NAME");
      case "--properties" -> properties = Path.of(rest.valueOf(word, "FILE"));
      case "--" -> {
        while (rest.more()) {
          takeFile(rest.next());
        }
      }
      default -> {
        if (word.startsWith("-") && !word.equals(STANDARD_INPUT)) {
          throw DemoException.wrongUsage("there is no option " + word);
        }
        takeFile(word);
      }
    }
  }

  private void takeFile(String word) {
    if (word.isEmpty()) {
      throw DemoException.wrongUsage("the name of the file is empty");
    }
    if (file != null) {
      throw DemoException.wrongUsage("one file at a time, not both " + file + " and " + word);
    }
    file = word;
  }

  private void check() {
    if (localstack && endpoint != null) {
      throw DemoException.wrongUsage("--localstack and --endpoint exclude each other");
    }
    if (endpoint != null && stream == null) {
      throw DemoException.wrongUsage("--endpoint needs --stream NAME, a stream that exists there");
    }
    if (stream != null && endpoint == null) {
      throw DemoException.wrongUsage(
          "--stream goes with --endpoint URL; without it the demo makes a stream of its own");
    }
  }

  private static URI url(String text) {
    try {
      URI url = new URI(text);
      String path = url.getPath() == null ? "" : url.getPath();
      boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      if (web && url.getHost() != null && (path.isEmpty() || path.equals("/"))) {
        return new URI(url.getScheme() + "://" + url.getAuthority());
      }
    } catch (URISyntaxException notAUrl) {
      // Said below.
    }
    throw DemoException.wrongUsage(
        "--endpoint takes a URL such as http://127.0.0.1:4566, not " + text);
  }

  boolean help() {
    return help;
  }

  boolean debug() {
    return debug;
  }

  boolean localstack() {
    return localstack;
  }

  /** Where the records go, if not to an endpoint of the demo's own. */
  Optional<URI> endpoint() {
    return Optional.ofNullable(endpoint);
  }

  /** The stream at {@link #endpoint()}. */
  Optional<String> stream() {
    return Optional.ofNullable(stream);
  }

  /** The properties of the producer. */
  Optional<Path> properties() {
    return Optional.ofNullable(properties);
  }

  /** The file to send, or {@link #STANDARD_INPUT}; none for the click stream. */
  Optional<String> file() {
    return Optional.ofNullable(file);
  }

  /** The words that are still to be read. Confined to one thread. */
  private static final class Words {

    private final String[] words;
    private int at;

    Words(String[] words) {
      this.words = words;
    }

    boolean more() {
      return at < words.length;
    }

    String next() {
      return words[at++];
    }

    String valueOf(String option, String what) {
      if (!more()) {
        throw DemoException.wrongUsage(option + " needs a value: " + option + " " + what);
      }
      return next();
    }
  }
}
