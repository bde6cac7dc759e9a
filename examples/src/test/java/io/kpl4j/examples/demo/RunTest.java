// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.testkit.Fault;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;

/** What a run makes of an endpoint that does wrong. */
@Timeout(60)
class RunTest {

  private static final int EVENTS = 2_000;

  private final EmbeddedEndpoint embedded =
      EmbeddedEndpoint.start(KinesisProducerConfig.builder().build());

  @AfterEach
  void close() {
    embedded.close();
  }

  @Test
  void run_recordMissing_isLost() throws InterruptedException {
    Verdict verdict = run(altered(records -> records.subList(1, records.size())));

    assertThat(verdict.findings().acknowledged()).isEqualTo(EVENTS);
    assertThat(verdict.findings().lost()).isPositive();
    assertThat(verdict.good()).isFalse();
  }

  @Test
  void run_recordReadTwice_isDuplicated() throws InterruptedException {
    Verdict verdict = run(altered(records -> List.of(records.get(0), records.get(0))));

    assertThat(verdict.findings().duplicates().unannounced()).isPositive();
    assertThat(verdict.good()).isFalse();
  }

  @Test
  void run_recordOfAnotherShard_isDroppedByTheFilter() throws InterruptedException {
    // One aggregate in place of all that follow it, in whatever shard.
    AtomicReference<@Nullable Record> first = new AtomicReference<>();
    Verdict verdict =
        run(
            new AlteredEndpoint(
                embedded,
                records -> {
                  records.stream()
                      .filter(r -> AggregateDecoder.isAggregate(r.data().asByteBuffer()))
                      .forEach(r -> first.compareAndSet(null, r));
                  Record aggregate = first.get();
                  return aggregate == null ? records : List.of(aggregate);
                }));

    assertThat(verdict.findings().placement().dropped()).isPositive();
    assertThat(verdict.good()).isFalse();
  }

  @Test
  void run_replyLost_secondCopiesAreAnnounced() throws InterruptedException {
    embedded.server().faults().add(Fault.on("PutRecords").loseReply());

    Verdict verdict = run(embedded);

    assertThat(verdict.findings().duplicates().all()).isPositive();
    assertThat(verdict.findings().duplicates().unannounced()).isZero();
    assertThat(verdict.good()).isTrue();
  }

  @Test
  void run_accessDenied_stopsAndSaysWhy() throws InterruptedException {
    embedded
        .server()
        .faults()
        .add(Fault.on("PutRecords").always().error(400, "AccessDeniedException", "no"));

    Verdict verdict = run(embedded);

    assertThat(verdict.good()).isFalse();
    assertThat(verdict.findings().acknowledged()).isZero();
    assertThat(verdict.failure()).contains("ACCESS_DENIED");
  }

  private Verdict run(Endpoint endpoint) throws InterruptedException {
    PrintStream nowhere = new PrintStream(new ByteArrayOutputStream(), true, UTF_8);
    Screen screen = new Screen(nowhere, nowhere, 0);
    return new Run(endpoint, new ClickStream(EVENTS), screen).run();
  }

  private Endpoint altered(UnaryOperator<List<Record>> change) {
    AtomicBoolean done = new AtomicBoolean();
    return new AlteredEndpoint(
        embedded, records -> done.compareAndSet(false, true) ? change.apply(records) : records);
  }

  /** The embedded endpoint, but that its readers are told something else. Thread-safe. */
  private static final class AlteredEndpoint implements Endpoint {

    private final EmbeddedEndpoint real;
    private final KinesisAsyncClient client;

    AlteredEndpoint(EmbeddedEndpoint real, UnaryOperator<List<Record>> change) {
      this.real = real;
      this.client = new AlteredClient(real.client(), change);
    }

    @Override
    public String name() {
      return "altered";
    }

    @Override
    public String stream() {
      return real.stream();
    }

    @Override
    public KinesisProducerConfig config() {
      return real.config();
    }

    @Override
    public AwsCredentialsProvider credentials() {
      return real.credentials();
    }

    @Override
    public KinesisAsyncClient client() {
      return client;
    }

    @Override
    public Duration readPause() {
      return real.readPause();
    }

    @Override
    public void close() {}
  }

  /** Reads through another client, and alters what records it finds. Thread-safe. */
  private record AlteredClient(KinesisAsyncClient real, UnaryOperator<List<Record>> change)
      implements KinesisAsyncClient {

    @Override
    public CompletableFuture<ListShardsResponse> listShards(ListShardsRequest request) {
      return real.listShards(request);
    }

    @Override
    public CompletableFuture<GetShardIteratorResponse> getShardIterator(
        GetShardIteratorRequest request) {
      return real.getShardIterator(request);
    }

    @Override
    public CompletableFuture<GetRecordsResponse> getRecords(GetRecordsRequest request) {
      return real.getRecords(request)
          .thenApply(
              response ->
                  response.records().isEmpty()
                      ? response
                      : response.toBuilder().records(change.apply(response.records())).build());
    }

    @Override
    public String serviceName() {
      return real.serviceName();
    }

    @Override
    public void close() {}
  }
}
