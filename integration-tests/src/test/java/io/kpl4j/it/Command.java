// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a short command line to its end; stateless. */
final class Command {

  private static final long PATIENCE_SECONDS = 30;

  private Command() {}

  /** How it ended, and what it printed (both streams, stripped); immutable. */
  record Outcome(boolean succeeded, String output) {}

  /** The output has to fit a pipe's buffer, as it is read after the end. */
  static Outcome run(String... words) {
    Process process;
    try {
      process = new ProcessBuilder(List.of(words)).redirectErrorStream(true).start();
      process.getOutputStream().close();
    } catch (IOException e) {
      return new Outcome(false, "cannot run " + words[0]);
    }
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return new Outcome(false, words[0] + " did not end within " + PATIENCE_SECONDS + " s");
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Outcome(process.exitValue() == 0, output.strip());
    } catch (IOException e) {
      return new Outcome(false, words[0] + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome(false, "interrupted");
    } finally {
      process.destroyForcibly();
    }
  }
}
