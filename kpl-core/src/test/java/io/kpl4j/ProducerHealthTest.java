// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kpl4j.ProducerHealth.State;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.StreamEvents;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a probe is told of the producer's own life, with threads. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProducerHealthTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  private final ScriptedKinesis kinesis = new ScriptedKinesis();

  @Test
  void state_followsTheProducersLife() {
    kinesis.hold();
    KinesisProducer producer = kinesis.producer(config -> {}).build();
    var unused = producer.put("stream", "key", new byte[10]);
    assertThat(producer.health().state()).isEqualTo(State.RUNNING);
    CompletableFuture<Void> closing = CompletableFuture.runAsync(producer::close);
    await().atMost(LONG).until(() -> producer.health().state() == State.CLOSING);
    kinesis.answerAll();
    assertThat(closing).succeedsWithin(LONG);
    assertThat(producer.health().state()).isEqualTo(State.CLOSED);
    assertThat(producer.health().loopDelay()).isZero();
  }

  @Test
  void loopDelay_loopSleepsAsItShould_isNothing() {
    try (KinesisProducer producer = kinesis.producer(config -> {}).build()) {
      assertThat(producer.put("stream", "key", new byte[10])).succeedsWithin(LONG);
      await()
          .atMost(LONG)
          .until(
              () ->
                  producer.health().sinceLastTurn().toMillis() > 200
                      && producer.health().loopDelay().isZero());
    }
  }

  @Test
  void loopDelay_aReceiverOfEventsBlocksTheLoop_growsAndHealthStillAnswers() {
    CountDownLatch released = new CountDownLatch(1);
    ProducerEvents blocking =
        new ProducerEvents() {
          @Override
          public StreamEvents stream(String streamName) {
            try {
              released.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            return ProducerEvents.none().stream(streamName);
          }
        };
    try (KinesisProducer producer = kinesis.producer(config -> {}).events(blocking).build()) {
      CompletableFuture<RecordResult> put = producer.put("stream", "key", new byte[10]);
      await().atMost(LONG).until(() -> producer.health().loopDelay().toMillis() > 300);
      released.countDown();
      assertThat(put).succeedsWithin(LONG);
      await().atMost(LONG).until(() -> producer.health().loopDelay().isZero());
    }
  }

  @Test
  void builder_valuesGiven_areRead() {
    ProducerHealth health =
        ProducerHealth.builder(State.RUNNING)
            .outstanding(3, 700, Duration.ofSeconds(2))
            .loop(Duration.ofSeconds(5), Duration.ofSeconds(1))
            .unhandledFailures(4)
            .build();
    assertThat(health.outstandingRecords()).isEqualTo(3);
    assertThat(health.outstandingBytes()).isEqualTo(700);
    assertThat(health.oldestRecordAge()).isEqualTo(Duration.ofSeconds(2));
    assertThat(health.sinceLastTurn()).isEqualTo(Duration.ofSeconds(5));
    assertThat(health.loopDelay()).isEqualTo(Duration.ofSeconds(1));
    assertThat(health.unhandledFailures()).isEqualTo(4);
    assertThat(health.impairedStreams()).isEmpty();
    assertThat(health.toString()).contains("RUNNING", "3 records", "700 bytes");
  }
}
