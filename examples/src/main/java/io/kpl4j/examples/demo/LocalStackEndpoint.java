// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KinesisProducerConfig;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * LocalStack, started by {@code dev/localstack} for this process unless it runs already, with a
 * stream that is deleted in the end. Thread-safe.
 */
final class LocalStackEndpoint implements Endpoint {

  private static final int SHARDS = 4;
  private static final int MAX_REQUESTS = 4;
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(1);
  private static final Duration RECORD_TTL = Duration.ofMinutes(5);
  private static final long CREATION_NANOS = 30_000_000_000L;
  private static final long POLL_NANOS = 100_000_000L;

  private final Path script;
  private final GivenEndpoint given;

  private LocalStackEndpoint(Path script, GivenEndpoint given) {
    this.script = script;
    this.given = given;
  }

  /**
   * Starts it.
   *
   * @param home the project's folder
   * @param config the producer's configuration without an endpoint
   * @throws DemoException if it cannot be had here
   */
  static LocalStackEndpoint start(Path home, KinesisProducerConfig config) {
    Path script = home.resolve("dev").resolve("localstack");
    if (!Files.isExecutable(script)) {
      throw DemoException.failed(
          script + " is not there: start the demo from a whole checkout", null);
    }
    URI url = URI.create(call(script, "start"));
    GivenEndpoint given = null;
    try {
      given = new GivenEndpoint(url, "demo-" + ProcessHandle.current().pid(), patient(config));
      createStream(given);
      return new LocalStackEndpoint(script, given);
    } catch (RuntimeException e) {
      if (given != null) {
        given.close();
      }
      call(script, "stop");
      throw e instanceof CompletionException ? Troubles.of(e, "LocalStack at " + url) : e;
    }
  }

  /**
   * LocalStack takes a second or two of CPU for a megabyte, and several calls at once only share
   * it.
   */
  private static KinesisProducerConfig patient(KinesisProducerConfig config) {
    return config.toBuilder()
        .maxInFlightRequests(MAX_REQUESTS)
        .requestTimeout(REQUEST_TIMEOUT)
        .recordTtl(RECORD_TTL)
        .build();
  }

  /** It ends with this process in any case; what is not ours is left running. */
  private static String call(Path script, String command) {
    List<String> words =
        List.of(script.toString(), command, "--for", Long.toString(ProcessHandle.current().pid()));
    try {
      Process process = new ProcessBuilder(words).redirectError(Redirect.INHERIT).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (process.waitFor() != 0) {
        throw DemoException.failed("LocalStack cannot be had here; the lines above say why", null);
      }
      return output;
    } catch (IOException e) {
      throw DemoException.failed("cannot run " + script + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw DemoException.failed("interrupted while LocalStack was started", e);
    }
  }

  private static void createStream(GivenEndpoint endpoint) {
    KinesisAsyncClient client = endpoint.client();
    String stream = endpoint.stream();
    client.createStream(r -> r.streamName(stream).shardCount(SHARDS)).join();
    long giveUpNanos = System.nanoTime() + CREATION_NANOS;
    while (!isActive(client, stream)) {
      if (System.nanoTime() > giveUpNanos) {
        throw DemoException.failed("LocalStack did not make a stream within 30 s", null);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static boolean isActive(KinesisAsyncClient client, String stream) {
    return client
            .describeStreamSummary(r -> r.streamName(stream))
            .join()
            .streamDescriptionSummary()
            .streamStatus()
        == StreamStatus.ACTIVE;
  }

  @Override
  public String name() {
    return "LocalStack, "
        + given.name()
        + " ("
        + SHARDS
        + " shards, no limits, "
        + MAX_REQUESTS
        + " requests at a time)";
  }

  @Override
  public String stream() {
    return given.stream();
  }

  @Override
  public KinesisProducerConfig config() {
    return given.config();
  }

  @Override
  public AwsCredentialsProvider credentials() {
    return given.credentials();
  }

  @Override
  public KinesisAsyncClient client() {
    return given.client();
  }

  @Override
  public Duration readPause() {
    return given.readPause();
  }

  @Override
  public void close() {
    try {
      given.client().deleteStream(r -> r.streamName(stream())).join();
    } catch (CompletionException e) {
      // It goes with LocalStack.
    } finally {
      given.close();
      call(script, "stop");
    }
  }
}
