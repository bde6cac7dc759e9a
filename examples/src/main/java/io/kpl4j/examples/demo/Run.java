// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.KinesisProducer;
import java.time.Duration;

/**
 * One run: sends all lines, reads them back meanwhile, and comes to a verdict. For one thread, but
 * that any thread may interrupt it.
 */
final class Run {

  /** What is in flight when somebody presses Ctrl-C has this long. */
  private static final Duration LAST_MOMENT = Duration.ofSeconds(3);

  private final Endpoint endpoint;
  private final LineSource lines;
  private final Screen screen;
  private final Ledger ledger = new Ledger();
  private final RunEvents events = new RunEvents();
  private final StreamReader reader;
  private final KinesisProducer producer;
  private volatile boolean interrupted;

  /**
   * Finds the stream and sets a run up; sends nothing yet.
   *
   * @throws IllegalArgumentException if the producer cannot be built
   * @throws DemoException if the stream cannot be read
   */
  Run(Endpoint endpoint, LineSource lines, Screen screen) {
    this.endpoint = endpoint;
    this.lines = lines;
    this.screen = screen;
    this.reader = StreamReader.open(endpoint, ledger);
    this.producer =
        KinesisProducer.builder()
            .config(endpoint.config())
            .credentialsProvider(endpoint.credentials())
            .events(events)
            .build();
  }

  /**
   * Runs.
   *
   * @throws DemoException if it has to end early
   */
  Verdict run() throws InterruptedException {
    long cpuNanos = CpuTime.ofProcessNanos();
    long producerCpuNanos = CpuTime.ofProducerNanos();
    Progress progress = Progress.start(screen, events::tally, lines::share);
    try (reader;
        producer) {
      long beganNanos = System.nanoTime();
      new Sender(producer, endpoint.stream(), ledger)
          .send(lines, () -> interrupted || reader.failed(), reader::farBehind);
      producer.flush().join();
      long sendingNanos = System.nanoTime() - beganNanos;
      producerCpuNanos = CpuTime.ofProducerNanos() - producerCpuNanos;
      reader.finish();
      return new Verdict(
          ledger.findings(),
          events.tally(),
          events.misplaced(),
          new Verdict.Cost(sendingNanos, CpuTime.ofProcessNanos() - cpuNanos, producerCpuNanos),
          ledger.firstFailure());
    } finally {
      progress.close();
    }
  }

  /** Ends it from another thread; answers what has become of the records. */
  String interrupt() {
    interrupted = true;
    producer.close(LAST_MOMENT);
    return "Interrupted. " + soFar();
  }

  /** What has become of the records, for people. */
  String soFar() {
    return Amounts.count(ledger.sentCount())
        + " records were sent, "
        + Amounts.count(ledger.acknowledgedCount())
        + " of them acknowledged.";
  }
}
