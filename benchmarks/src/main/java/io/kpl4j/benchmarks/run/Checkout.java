// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which kpl4j is measured. Stateless. */
final class Checkout {

  private static final Pattern VERSION =
      Pattern.compile("<artifactId>kpl4j-parent</artifactId>\\s*<version>([^<]+)</version>");

  private Checkout() {}

  /** Version and commit, as far as they can be known. */
  static String of(Path home) {
    String commit = git(home, "rev-parse", "--short=10", "HEAD");
    boolean changed = !git(home, "status", "--porcelain").isEmpty();
    return version(home)
        + (commit.isEmpty() ? "" : ", commit " + commit)
        + (changed ? " with changes" : "");
  }

  private static String version(Path home) {
    try {
      Matcher version = VERSION.matcher(Files.readString(home.resolve("pom.xml")));
      return version.find() ? version.group(1) : "?";
    } catch (IOException e) {
      return "?";
    }
  }

  /** Empty if there is no git, or nothing of it here. */
  private static String git(Path home, String... words) {
    List<String> command = new ArrayList<>(List.of("git", "-C", home.toString()));
    command.addAll(List.of(words));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      process.getOutputStream().close();
      String text = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      return process.waitFor() == 0 ? text : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
