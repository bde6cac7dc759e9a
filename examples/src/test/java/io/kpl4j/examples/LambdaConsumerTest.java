// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordResult;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.StoredRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the producer wrote, as Lambda hands it to the function. */
class LambdaConsumerTest {

  private final List<String> seen = new ArrayList<>();

  @Test
  void handleRequest_aggregates_worksOnEachUserRecordInOrder() throws Exception {
    KinesisEvent event = eventOfTenRecords();

    StreamsEventResponse response =
        new LambdaConsumer((sequenceNumber, record) -> see(record)).handleRequest(event, null);

    assertThat(event.getRecords()).hasSizeLessThan(10);
    assertThat(seen).hasSize(10).contains("user-0: click 0", "user-2: click 8");
    assertThat(response.getBatchItemFailures()).isEmpty();
  }

  @Test
  void handleRequest_workFails_namesTheKinesisRecordToStartAgainWith() throws Exception {
    KinesisEvent event = eventOfTenRecords();
    LambdaConsumer consumer =
        new LambdaConsumer(
            (sequenceNumber, record) -> {
              throw new IllegalStateException("the database is away");
            });

    StreamsEventResponse response = consumer.handleRequest(event, null);

    assertThat(response.getBatchItemFailures())
        .extracting(BatchItemFailure::getItemIdentifier)
        .containsExactly(event.getRecords().get(0).getKinesis().getSequenceNumber());
  }

  private void see(AggregatedRecord record) {
    seen.add(record.partitionKey() + ": " + UTF_8.decode(record.data()));
  }

  private static KinesisEvent eventOfTenRecords() throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 1).start()) {
      List<CompletableFuture<RecordResult>> stored = new ArrayList<>();
      try (KinesisProducer producer = Examples.producer(server)) {
        for (int i = 0; i < 10; i++) {
          CompletableFuture<RecordResult> click =
              producer.put("clicks", "user-" + i % 3, ("click " + i).getBytes(UTF_8));
          if (i == 0) {
            // Once it is stored the producer knows the shards, and aggregates.
            click.get(30, TimeUnit.SECONDS);
          }
          stored.add(click);
        }
      }
      stored.forEach(CompletableFuture::join);
      KinesisEvent event = new KinesisEvent();
      event.setRecords(
          server.records("clicks").stream().map(LambdaConsumerTest::asLambdaGivesIt).toList());
      return event;
    }
  }

  private static KinesisEventRecord asLambdaGivesIt(StoredRecord stored) {
    KinesisEvent.Record kinesis = new KinesisEvent.Record();
    kinesis.setPartitionKey(stored.partitionKey());
    kinesis.setSequenceNumber(stored.sequenceNumber());
    kinesis.setData(ByteBuffer.wrap(stored.data()));
    KinesisEventRecord record = new KinesisEventRecord();
    record.setKinesis(kinesis);
    return record;
  }
}
