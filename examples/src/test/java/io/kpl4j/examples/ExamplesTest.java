// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs each example against the embedded endpoint, and looks at what it has left there. */
class ExamplesTest {

  @TempDir private Path folder;

  /** An example while it runs. */
  private interface Program {
    void run(String[] args) throws Exception;
  }

  private static String outputOf(Program program, String... args) throws Exception {
    PrintStream before = System.out;
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    System.setOut(new PrintStream(output, true, UTF_8));
    try {
      program.run(args);
    } finally {
      System.setOut(before);
    }
    return output.toString(UTF_8);
  }

  private static Stream<AggregatedRecord> userRecords(KinesisTestServer server, String stream) {
    return server.records(stream).stream()
        .flatMap(
            stored ->
                AggregateDecoder.deaggregate(stored.partitionKey(), ByteBuffer.wrap(stored.data()))
                    .stream());
  }

  private static KinesisTestServer server(String stream) {
    return KinesisTestServer.builder().stream(stream, 2).start();
  }

  @Test
  void quickStart_aThousandClicks_areStored() throws Exception {
    try (KinesisTestServer server = server("clicks")) {
      String output = outputOf(QuickStart::main, Examples.propertiesFile(folder, server));

      assertThat(output.lines()).hasSize(1_000).allMatch(line -> line.contains("shardId-"));
      assertThat(userRecords(server, "clicks")).hasSize(1_000);
    }
  }

  @Test
  void fromProperties_theFileOfTheExamples_showsWhatHoldsForEachStream() throws Exception {
    String output = outputOf(FromProperties::main, "producer.properties", "orders", "clicks");

    assertThat(output)
        .contains("RateLimit=100")
        .contains("clicks: RecordTtl 60000 ms")
        .doesNotContain("orders: RecordTtl 60000 ms");
  }

  @Test
  void backPressure_smallBuffer_storesAllThatWasAccepted() throws Exception {
    try (KinesisTestServer server = server("clicks")) {
      String file =
          Examples.propertiesFile(
              folder, server, "BufferMaxBytes=200000", "MaxUserRecordSize=10000");
      String output = outputOf(BackPressure::main, file);

      long stored = userRecords(server, "clicks").count();
      assertThat(output).startsWith(stored + " stored, " + (40_000 - stored) + " had no room");
      assertThat(stored).isBetween(20_000L, 39_999L);
    }
  }

  @Test
  void orderPerKey_bookings_areInOrderForEachAccount() throws Exception {
    try (KinesisTestServer server = server("bookings")) {
      var unused = outputOf(OrderPerKey::main, Examples.propertiesFile(folder, server));

      Map<String, List<String>> byAccount =
          userRecords(server, "bookings")
              .collect(
                  groupingBy(
                      AggregatedRecord::partitionKey,
                      mapping(record -> UTF_8.decode(record.data()).toString(), toList())));
      List<String> inOrder = IntStream.range(0, 1_000).mapToObj(i -> "booking " + i).toList();
      assertThat(byAccount).hasSize(10);
      assertThat(byAccount.values()).allMatch(inOrder::equals);
    }
  }

  @Test
  void deadLetters_noSuchStream_everyRecordIsInTheFile() throws Exception {
    try (KinesisTestServer server = server("another")) {
      Path letters = folder.resolve("letters.tsv");
      DeadLetters.main(new String[] {Examples.propertiesFile(folder, server), letters.toString()});

      assertThat(Files.readAllLines(letters))
          .hasSize(100)
          .allMatch(line -> line.startsWith("NO_SUCH_STREAM\t") && line.contains("\tclicks\t"));
    }
  }

  @Test
  void traces_ofAHundredClicks_haveASpanForEachCall() throws Exception {
    try (KinesisTestServer server = server("clicks")) {
      server.faults().add(Fault.on("PutRecords").times(1).httpError(500));
      InMemorySpanExporter spans = InMemorySpanExporter.create();
      try (SdkTracerProvider provider =
          SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build()) {
        Traces.run(Path.of(Examples.propertiesFile(folder, server)), provider.get("examples-test"));

        assertThat(spans.getFinishedSpanItems())
            .hasSize((int) server.calls("PutRecords"))
            .allSatisfy(span -> assertThat(span.getName()).isEqualTo("PutRecords clicks"))
            .allSatisfy(span -> assertThat(span.getEvents()).isNotEmpty());
        assertThat(spans.getFinishedSpanItems().get(0).getStatus().getStatusCode())
            .isEqualTo(StatusCode.ERROR);
        assertThat(
                spans.getFinishedSpanItems().stream()
                    .flatMap(span -> span.getEvents().stream())
                    .filter(event -> event.getName().equals("stored"))
                    .mapToLong(ExamplesTest::userRecordsOf)
                    .sum())
            .isEqualTo(100);
      }
      assertThat(userRecords(server, "clicks")).hasSize(100);
    }
  }

  private static long userRecordsOf(EventData event) {
    return requireNonNull(event.getAttributes().get(AttributeKey.longKey("kpl4j.user_records")));
  }

  @Test
  void eventService_closedAfterItsAnswers_hasStoredWhatItAccepted() throws Exception {
    try (KinesisTestServer server = server("events")) {
      KinesisProducerConfig config =
          KinesisProducerConfig.fromProperties(Path.of(Examples.propertiesFile(folder, server)));
      try (EventService service = new EventService(config, 0)) {
        URI home = URI.create("http://127.0.0.1:" + service.port());
        assertThat(status(HttpRequest.newBuilder(home.resolve("/ready")).build())).isEqualTo(200);
        for (int i = 0; i < 20; i++) {
          assertThat(post(home.resolve("/events?user=u" + i), "event " + i)).isEqualTo(202);
        }
        assertThat(post(home.resolve("/events"), "whose?")).isEqualTo(400);
      }
      assertThat(userRecords(server, "events")).hasSize(20);
    }
  }

  private static int post(URI uri, String body) throws IOException, InterruptedException {
    return status(
        HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  private static int status(HttpRequest request) throws IOException, InterruptedException {
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.discarding())
        .statusCode();
  }
}
