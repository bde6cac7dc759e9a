// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.benchmarks.ProcessTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * The LocalStack that {@code dev/localstack} runs beside this process, and ends with it. It serves
 * TLS on the port of plain HTTP. Confined to one thread.
 */
final class LocalStackEndpoint implements Endpoint {

  private static final Pattern STATUS =
      Pattern.compile("running: http://(\\S+), process (\\d+), log in (.+)");

  private static final Pattern VERSION = Pattern.compile("\"version\": *\"([^\"]+)\"");

  private final Path script;
  private final URI uri;
  private final long pid;
  private final Path log;
  private final KinesisAsyncClient client;
  private final String version;

  private LocalStackEndpoint(Path script, Matcher status) {
    this.script = script;
    this.uri = URI.create("https://" + status.group(1));
    this.pid = Long.parseLong(status.group(2));
    this.log = Path.of(status.group(3));
    this.client = SdkTarget.client(uri);
    this.version = version(status.group(1));
  }

  /**
   * Starts it; the first time it is installed.
   *
   * @throws IllegalStateException if it cannot be had here; why is on standard error
   */
  static LocalStackEndpoint start(Path home) {
    Path script = home.resolve("dev/localstack");
    String unused = said(script, "start", "--for", Long.toString(ProcessHandle.current().pid()));
    String status = said(script, "status");
    Matcher words = STATUS.matcher(status.strip());
    if (!words.matches()) {
      throw new IllegalStateException("dev/localstack status says: " + status);
    }
    return new LocalStackEndpoint(script, words);
  }

  private static String version(String authority) {
    URI health = URI.create("http://" + authority + "/_localstack/health");
    try (InputStream answer = health.toURL().openStream()) {
      Matcher version = VERSION.matcher(new String(answer.readAllBytes(), UTF_8));
      return version.find() ? version.group(1) : "?";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String said(Path script, String... words) {
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(Stream.of(script.toString()), Stream.of(words)).toList())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    // So that calls can be counted in the log.
    builder.environment().put("KPL_LOCALSTACK_LOG", "info");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      try {
        if (process.waitFor() != 0) {
          throw new IllegalStateException(
              "dev/localstack " + words[0] + " failed, and says why on standard error");
        }
      } catch (InterruptedException e) {
        process.destroy();
        throw new IllegalStateException(e);
      }
      return new String(process.getInputStream().readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String title() {
    return "LocalStack " + version + " at " + uri;
  }

  @Override
  public String url() {
    return uri.toString();
  }

  @Override
  public void create(String prefix, Workload workload) {
    for (int i = 0; i < workload.streams(); i++) {
      String stream = Load.streamName(prefix, i);
      client.createStream(r -> r.streamName(stream).shardCount(workload.shards())).join();
      client.waiter().waitUntilStreamExists(r -> r.streamName(stream)).join();
    }
  }

  @Override
  public Taken take(String prefix, Workload workload) {
    Count count = new Count();
    for (int i = 0; i < workload.streams(); i++) {
      String stream = Load.streamName(prefix, i);
      for (Shard shard : client.listShards(r -> r.streamName(stream)).join().shards()) {
        read(stream, shard.shardId(), count);
      }
      var unused = client.deleteStream(r -> r.streamName(stream)).join();
    }
    return new Taken(count.userRecords, count.records, count.bytes);
  }

  private void read(String stream, String shard, Count count) {
    @Nullable String next =
        client
            .getShardIterator(
                r ->
                    r.streamName(stream)
                        .shardId(shard)
                        .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
            .join()
            .shardIterator();
    while (next != null) {
      String from = next;
      GetRecordsResponse page = client.getRecords(r -> r.shardIterator(from)).join();
      page.records().forEach(count::add);
      boolean atTip = page.records().isEmpty() && page.millisBehindLatest() == 0;
      next = atTip ? null : page.nextShardIterator();
    }
  }

  private static final class Count {
    private long userRecords;
    private long records;
    private long bytes;

    void add(Record read) {
      userRecords +=
          AggregateDecoder.deaggregate(read.partitionKey(), read.data().asByteBuffer()).size();
      records++;
      bytes += read.data().asByteArrayUnsafe().length + read.partitionKey().length();
    }
  }

  /** As its log has them. */
  @Override
  public long calls() {
    try (Stream<String> lines = Files.lines(log)) {
      return lines.filter(line -> line.contains("kinesis.PutRecords =>")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public ProcessTree.Cpu cpu() {
    return ProcessTree.of(pid).cpu();
  }

  @Override
  public void close() {
    client.close();
    String unused = said(script, "stop", "--for", Long.toString(ProcessHandle.current().pid()));
  }
}
