// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Java process of ours, and what it says. Ends with this one. Confined to one thread. */
final class Child implements AutoCloseable {

  private static final long END_SECONDS = 10;
  private static final String ENDED = "ended";

  private final Process process;
  private final OutputStream input;
  private final BlockingQueue<Said> said = new LinkedBlockingQueue<>();

  /** A line that was marked. */
  record Said(String name, String value) {
    boolean isEnd() {
      return name.equals(ENDED);
    }
  }

  private Child(Process process) {
    this.process = process;
    this.input = process.getOutputStream();
    Thread reader = new Thread(this::read, "child-" + process.pid());
    reader.setDaemon(true);
    reader.start();
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
  }

  static Child start(
      String classPath, List<String> jvmOptions, Class<?> main, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    try {
      return new Child(
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(Lines.MARK)) {
          String[] words = line.substring(Lines.MARK.length()).split(" ", 2);
          said.add(new Said(words[0], words.length > 1 ? words[1] : ""));
        } else {
          System.err.println(line);
        }
      }
    } catch (IOException closed) {
      // Its end.
    }
    said.add(new Said(ENDED, ""));
  }

  long pid() {
    return process.pid();
  }

  /** The next line, or null if there is none for that long. */
  @Nullable Said next(long timeoutMillis) {
    try {
      return said.poll(timeoutMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits for a line of this name. */
  String await(String name, long timeoutMillis) {
    @Nullable Said next = next(timeoutMillis);
    if (next == null) {
      throw new IllegalStateException(
          "process %d has not said %s for %d s".formatted(pid(), name, timeoutMillis / 1_000));
    }
    if (!next.name.equals(name)) {
      throw new IllegalStateException(
          "process %d said %s in place of %s".formatted(pid(), next.name, name));
    }
    return next.value;
  }

  void tell(String line) {
    try {
      input.write((line + "\n").getBytes(UTF_8));
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("a process has ended", e);
    }
  }

  /** Waits for the end of a process that ends by itself. */
  int exitCode() {
    try {
      return process.waitFor(END_SECONDS, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Closes its input, which ends it; ends it by force if it does not. */
  @Override
  public void close() {
    try {
      input.close();
      boolean unused = process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    } catch (IOException gone) {
      // It may have ended by itself.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      kill();
    }
  }

  /** With what it has started, the KPL's daemon for one. */
  private void kill() {
    List<ProcessHandle> started = process.descendants().toList();
    process.destroyForcibly();
    started.forEach(ProcessHandle::destroyForcibly);
  }
}
