// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.KinesisProducerConfigBuilder;
import io.kpl4j.MetricsLevel;
import io.kpl4j.testkit.KinesisTestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Plays one cell: an endpoint, a producer, load, and what became of it. Confined to its thread. */
final class CellRun {

  /** For what takes a moment after it was promised, on a machine with much else to do. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final StaticCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret"));

  private final FaultCell cell;
  private final CellResult result;

  private CellRun(FaultCell cell) {
    this.cell = cell;
    this.result = new CellResult(cell);
  }

  static CellResult play(FaultCell cell) {
    long beganNanos = System.nanoTime();
    CellRun run = new CellRun(cell);
    try (FaultScene scene = new FaultScene(cell)) {
      run.play(scene);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      run.result.wrong("interrupted");
    } catch (RuntimeException | AssertionError e) {
      run.result.wrong("the cell broke: " + e);
    }
    run.result.took(System.nanoTime() - beganNanos);
    return run.result;
  }

  private void play(FaultScene scene) throws InterruptedException {
    List<SentRecord> sent;
    boolean allCompleted;
    try (KinesisProducer producer = producer(scene.server())) {
      sent = Load.run(producer, scene::allMet);
      allCompleted = awaitAll(sent);
      result.unless(scene.allMet(), "a fault has not struck");
      if (!allCompleted) {
        result.wrong("not all records completed: " + unfinished(producer, sent));
      }
      awaitThat(() -> producer.outstandingRecords() == 0, "records are outstanding");
      awaitThat(() -> producer.outstandingBytes() == 0, "bytes of the buffer are in use");
    }
    if (allCompleted) {
      awaitThat(() -> threadsOf(sent) == 0, "a thread has outlived the close");
      new Audit(cell, sent, scene.stored(), result).run();
    }
    awaitThat(
        () -> Sockets.openTo(scene.server().port()) == 0, "a connection has outlived the close");
    if (!cell.has(FaultKind.BLACK_HOLE)) {
      awaitThat(() -> scene.server().openConnections() == 0, "the endpoint has a connection left");
    }
  }

  private KinesisProducer producer(KinesisTestServer server) {
    KinesisProducerConfigBuilder config =
        KinesisProducerConfig.builder()
            .region("us-east-1")
            .metricsLevel(MetricsLevel.NONE)
            .kinesisEndpoint(server.endpoint().toString())
            .recordTtl(cell.recordTtl())
            .requestTimeout(cell.requestTimeout())
            .connectTimeout(cell.requestTimeout())
            .recordMaxBufferedTime(Duration.ofMillis(10))
            .retryMaxDelay(Duration.ofMillis(200))
            .closeTimeout(PATIENCE)
            // Many small requests, so that several meet a fault at once.
            .aggregationMaxCount(5)
            .collectionMaxCount(5);
    if (cell.tls()) {
      config.caCertFile(CertificateFile.of(server));
    }
    return KinesisProducer.builder()
        .config(config.build())
        .credentialsProvider(CREDENTIALS)
        .build();
  }

  /** The certificate is the same for all endpoints of this process. */
  private static final class CertificateFile {

    private static Path file = Path.of("");

    static synchronized Path of(KinesisTestServer server) {
      try {
        if (file.toString().isEmpty()) {
          file = Files.createTempFile("kpl4j-faults-", ".pem");
          file.toFile().deleteOnExit();
          Files.writeString(file, server.certificatePem());
        }
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private boolean awaitAll(List<SentRecord> sent) throws InterruptedException {
    CompletableFuture<?>[] all =
        sent.stream().map(SentRecord::completed).toArray(CompletableFuture<?>[]::new);
    try {
      Duration limit = cell.bound().plus(PATIENCE);
      CompletableFuture.allOf(all).get(limit.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What is needed to see where they hang. */
  private static String unfinished(KinesisProducer producer, List<SentRecord> sent) {
    StringBuilder text = new StringBuilder();
    text.append(sent.stream().filter(record -> !record.completed().isDone()).count());
    text.append(" of ").append(sent.size()).append(", ").append(producer.health());
    Thread.getAllStackTraces()
        .forEach(
            (thread, stack) -> {
              if (thread.getName().startsWith("kpl4j-")) {
                text.append("\n    ").append(thread.getName());
                Stream.of(stack).limit(6).forEach(frame -> text.append("\n      ").append(frame));
              }
            });
    return text.toString();
  }

  private void awaitThat(BooleanSupplier condition, String otherwise) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadlineNanos) {
        result.wrong(otherwise);
        return;
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  /** Those of this cell's producer; a thread that completed a record tells how they are named. */
  private static long threadsOf(List<SentRecord> sent) {
    String name = sent.get(0).completedBy();
    String prefix = name.substring(0, name.indexOf('-', "kpl4j-".length()) + 1);
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith(prefix))
        .count();
  }
}
