// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.KinesisProducerConfig;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;

/** The demo's command: {@code ./demo --help} says what it does. For one thread. */
public final class Demo {

  /** Set by the launcher to the project's folder. */
  static final String HOME_PROPERTY = "kpl.demo.home";

  private static final int DEFAULT_EVENTS = 200_000;

  private final DemoOptions options;
  private final Screen screen;
  private final int events;

  /** What Ctrl-C has to end. */
  private final AtomicReference<@Nullable Run> running = new AtomicReference<>();

  private final AtomicReference<@Nullable Endpoint> opened = new AtomicReference<>();

  private volatile boolean interrupted;

  Demo(DemoOptions options, Screen screen, int events) {
    this.options = options;
    this.screen = screen;
    this.events = events;
  }

  /**
   * Runs the demo and ends the process.
   *
   * @param words the command line
   */
  public static void main(String... words) {
    Screen screen = Screen.ofProcess();
    int exitCode = run(words, screen);
    System.exit(exitCode);
  }

  private static int run(String[] words, Screen screen) {
    try {
      DemoOptions options = DemoOptions.parse(words);
      if (options.help()) {
        screen.line(Help.text());
        return 0;
      }
      if (options.debug()) {
        System.setProperty("org.slf4j.simpleLogger.log.io.kpl4j", "debug");
      }
      System.setErr(screen.errorStream(options.debug()));
      Demo demo = new Demo(options, screen, DEFAULT_EVENTS);
      Runtime.getRuntime().addShutdownHook(new Thread(demo::interrupt, "demo-interrupt"));
      return demo.run();
    } catch (DemoException e) {
      screen.errorLine("demo: " + e.getMessage() + "\nSee ./demo --help");
      return e.exitCode();
    }
  }

  /** Runs to the end; answers the exit code. */
  int run() {
    try {
      return verdict();
    } catch (DemoException e) {
      report(e, e.getMessage());
      return e.exitCode();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return DemoException.FAILED;
    } catch (RuntimeException e) {
      report(e, "this should not have happened: " + e + "\nRun it with --debug to see where.");
      return DemoException.FAILED;
    } finally {
      running.set(null);
      Endpoint endpoint = opened.getAndSet(null);
      if (endpoint != null) {
        endpoint.close();
      }
    }
  }

  private int verdict() throws InterruptedException {
    Path file = options.properties().orElse(home().resolve("examples").resolve("demo.properties"));
    KinesisProducerConfig config = config(file);
    try (LineSource lines = lines(config)) {
      Run run = start(lines, config, file);
      Verdict verdict = run.run();
      if (!interrupted) {
        verdict.lines().forEach(screen::line);
      }
      return verdict.good() ? 0 : DemoException.FAILED;
    }
  }

  private Run start(LineSource lines, KinesisProducerConfig config, Path file) {
    try {
      Endpoint endpoint = endpoint(config);
      opened.set(endpoint);
      Run run = new Run(endpoint, lines, screen);
      running.set(run);
      screen.line("Sending " + lines.name());
      screen.line("     to " + endpoint.name());
      screen.line("   with " + file);
      return run;
    } catch (IllegalArgumentException e) {
      throw DemoException.wrongUsage(file + ": " + e.getMessage(), e);
    } catch (SdkException e) {
      throw Troubles.of(e, options.endpoint().map(Object::toString).orElse("the endpoint"));
    }
  }

  private static KinesisProducerConfig config(Path file) {
    try {
      return KinesisProducerConfig.fromProperties(file);
    } catch (IllegalArgumentException e) {
      throw DemoException.wrongUsage(String.valueOf(e.getMessage()), e);
    }
  }

  private LineSource lines(KinesisProducerConfig config) {
    if (options.file().isEmpty()) {
      return new ClickStream(events);
    }
    String file = options.file().get();
    int maxLineBytes = FileLines.maxLineBytes(config);
    return file.equals(DemoOptions.STANDARD_INPUT)
        ? new FileLines("standard input", System.in, 0, maxLineBytes)
        : FileLines.open(Path.of(file), maxLineBytes);
  }

  private Endpoint endpoint(KinesisProducerConfig config) {
    if (options.localstack()) {
      return LocalStackEndpoint.start(home(), config);
    }
    if (options.endpoint().isPresent()) {
      return new GivenEndpoint(options.endpoint().get(), options.stream().orElseThrow(), config);
    }
    return EmbeddedEndpoint.start(config);
  }

  private static Path home() {
    return Path.of(System.getProperty(HOME_PROPERTY, "."));
  }

  private void report(RuntimeException thrown, @Nullable String text) {
    if (interrupted) {
      return;
    }
    Run run = running.get();
    screen.errorLine("demo: " + text);
    if (run != null) {
      screen.errorLine(run.soFar());
    }
    if (options.debug()) {
      thrown.printStackTrace();
    }
  }

  /** On Ctrl-C, and of no effect after an end of the demo's own. */
  private void interrupt() {
    interrupted = true;
    Run run = running.getAndSet(null);
    if (run != null) {
      String outcome = run.interrupt();
      screen.eraseBar();
      screen.line(outcome);
    }
    Endpoint endpoint = opened.getAndSet(null);
    if (endpoint != null) {
      endpoint.close();
    }
  }
}
