// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A process beside the test that talks in lines; thread-safe. All waits are bounded by minutes,
 * which no machine is busy enough for, and fail with what the process said on standard error.
 */
final class Child implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 300;

  private final Process process;
  private final Path errors;
  private final Thread reader;
  private final List<String> lines = new ArrayList<>();
  private boolean ended;
  private int read;

  private Child(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    this.reader = new Thread(this::readLines, "child-reader");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts it with standard error in a new file of {@code logs}. */
  static Child start(Path logs, List<String> command) throws IOException {
    Path errors = Files.createTempFile(logs, "child", ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    return new Child(builder.redirectError(errors.toFile()).start(), errors);
  }

  /** Starts a Java program with the class path of this one. */
  static Child java(Path logs, List<String> options, Class<?> program, String... arguments)
      throws IOException {
    return start(logs, javaCommand(options, program, arguments));
  }

  /** What starts a Java program with the class path of this one. */
  static List<String> javaCommand(List<String> options, Class<?> program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(program.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Lines are whole ones only: what was cut short by the end of the process is none. */
  private void readLines() {
    try (InputStream output = process.getInputStream();
        BufferedReader reader = new BufferedReader(new InputStreamReader(output, UTF_8))) {
      StringBuilder line = new StringBuilder();
      for (int next = reader.read(); next >= 0; next = reader.read()) {
        if (next == '\n') {
          add(line.toString());
          line.setLength(0);
        } else {
          line.append((char) next);
        }
      }
    } catch (IOException e) {
      // As good as its end: a process that is killed may leave a broken pipe.
    } finally {
      end();
    }
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** All whole lines so far. */
  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** Waits for a line that no earlier wait has passed; those in front of it are passed as well. */
  synchronized String awaitLine(Predicate<String> wanted) throws InterruptedException {
    long endNanos = System.nanoTime() + SECONDS.toNanos(PATIENCE_SECONDS);
    while (true) {
      while (read < lines.size()) {
        String line = lines.get(read++);
        if (wanted.test(line)) {
          return line;
        }
      }
      long leftNanos = endNanos - System.nanoTime();
      if (ended || leftNanos <= 0) {
        throw new AssertionError((ended ? "it has ended: " : "it says nothing: ") + last());
      }
      NANOSECONDS.timedWait(this, leftNanos);
    }
  }

  /** Waits until its output is read whole, and answers its exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, SECONDS)) {
      throw new AssertionError("it does not end: " + last());
    }
    reader.join(SECONDS.toMillis(PATIENCE_SECONDS));
    return process.exitValue();
  }

  /** Writes a line to its standard input. */
  void say(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  /** Sends a signal by its name, as to {@code kill}. */
  void signal(String name) {
    Command.Outcome sent = Command.run("sh", "-c", "kill -s " + name + " " + process.pid());
    if (!sent.succeeded()) {
      throw new AssertionError("no signal " + name + ": " + sent.output());
    }
  }

  /** Lets it have no new file descriptor from this number on; it keeps those that it has. */
  void limitDescriptors(int first) {
    Command.Outcome set =
        Command.run("prlimit", "--pid", Long.toString(process.pid()), "--nofile=" + first + ":");
    if (!set.succeeded()) {
      throw new AssertionError("no limit of descriptors: " + set.output());
    }
  }

  /** What it said last, on standard error too. */
  String last() {
    List<String> all = lines();
    String said = String.join("\n", all.subList(Math.max(0, all.size() - 10), all.size()));
    try {
      String errorText = Files.readString(errors, UTF_8);
      return said + "\n" + errorText.substring(Math.max(0, errorText.length() - 10_000));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it by force, if it runs. */
  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().orTimeout(PATIENCE_SECONDS, SECONDS).join();
  }

  /** The folders and archives of a class path, in one word. */
  static String classPath(Object... parts) {
    List<String> words = new ArrayList<>();
    for (Object part : parts) {
      words.add(part.toString().strip());
    }
    return String.join(File.pathSeparator, words);
  }
}
