// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.FailureReason;
import io.kpl4j.KeyOrder;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.KinesisProducerConfigBuilder;
import io.kpl4j.ProducerHealth;
import io.kpl4j.ProducerHealth.State;
import io.kpl4j.RecordDistributionStrategy;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.WarmUpFailedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class InMemoryKinesisProducerTest {

  private static KinesisProducerConfigBuilder config() {
    return KinesisProducerConfig.builder();
  }

  private static InMemoryKinesisProducer producer(Completion completion) {
    return InMemoryKinesisProducer.builder().completion(completion).build();
  }

  private static InMemoryKinesisProducer byHand(KinesisProducerConfigBuilder config) {
    return InMemoryKinesisProducer.builder()
        .config(config.build())
        .completion(Completion.BY_HAND)
        .build();
  }

  private static UserRecord record(String key, String text) {
    return UserRecord.of("clicks", key, text.getBytes(UTF_8));
  }

  private static String text(UserRecord record) {
    return UTF_8.decode(record.data()).toString();
  }

  /** Where nobody asks what becomes of it. */
  private static void put(KinesisProducer producer, UserRecord record) {
    var unused = producer.put(record);
  }

  private static RecordFailedException failure(CompletableFuture<RecordResult> future) {
    CompletionException thrown = catchThrowableOfType(CompletionException.class, future::join);
    assertThat(thrown).isNotNull().hasCauseInstanceOf(RecordFailedException.class);
    return (RecordFailedException) requireNonNull(thrown.getCause());
  }

  private static void refuses(InMemoryKinesisProducer producer, Reason reason) {
    UserRecord record = record("k", "refused");
    assertThatThrownBy(() -> producer.put(record))
        .isInstanceOfSatisfying(
            RecordRefusedException.class,
            refused -> {
              assertThat(refused.reason()).isEqualTo(reason);
              assertThat(refused.userRecord()).isSameAs(record);
            });
  }

  @Test
  void put_atOnce_isStoredWithAResult() {
    try (InMemoryKinesisProducer producer = InMemoryKinesisProducer.create()) {
      CompletableFuture<RecordResult> first = producer.put(record("k", "one"));
      CompletableFuture<RecordResult> second = producer.put("orders", "k", "two".getBytes(UTF_8));

      assertThat(first.join().shardId()).isEqualTo("shardId-000000000000");
      assertThat(first.join().attemptCount()).isEqualTo(1);
      assertThat(first.join().mayBeDuplicated()).isFalse();
      assertThat(second.join().sequenceNumber()).isGreaterThan(first.join().sequenceNumber());
      assertThat(producer.stored()).extracting(r -> text(r)).containsExactly("one", "two");
      assertThat(producer.stored("orders")).extracting(r -> text(r)).containsExactly("two");
      assertThat(producer.outstandingRecords()).isZero();
      assertThat(producer.outstandingBytes()).isZero();
    }
  }

  @Test
  void put_callerChangesTheDataAfterwards_keepsWhatWasPut() {
    try (InMemoryKinesisProducer producer = InMemoryKinesisProducer.create()) {
      byte[] data = "one".getBytes(UTF_8);
      producer.put("clicks", "k", data).join();
      data[0] = 'x';

      assertThat(text(producer.accepted().get(0))).isEqualTo("one");
    }
  }

  @Test
  void put_byHashKey_landsOnTheShardOfItsRange() {
    try (InMemoryKinesisProducer producer =
        InMemoryKinesisProducer.builder().stream("clicks", 4).build()) {
      UserRecord least = record("k", "one").withExplicitHashKey("0");
      UserRecord greatest =
          record("k", "two").withExplicitHashKey("340282366920938463463374607431768211455");

      assertThat(producer.put(least).join().shardId()).isEqualTo("shardId-000000000000");
      assertThat(producer.put(greatest).join().shardId()).isEqualTo("shardId-000000000003");
    }
  }

  @Test
  void put_withoutPartitionKey_isTakenOnlyByStreamsThatSpread() {
    KinesisProducerConfigBuilder config =
        config().stream(
            "spread",
            own -> own.recordDistributionStrategyDefault(RecordDistributionStrategy.AUTO));
    try (InMemoryKinesisProducer producer = byHand(config)) {
      put(producer, UserRecord.withoutPartitionKey("spread", new byte[1]));

      assertThatThrownBy(() -> producer.put(UserRecord.withoutPartitionKey("clicks", new byte[1])))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no partition key");
      assertThat(producer.accepted()).hasSize(1);
    }
  }

  @Test
  void put_byHand_waitsForTheAnswer() {
    try (InMemoryKinesisProducer producer = producer(Completion.BY_HAND)) {
      CompletableFuture<RecordResult> first = producer.put(record("k", "one"));
      CompletableFuture<RecordResult> second = producer.put(record("k", "two"));
      CompletableFuture<Void> flush = producer.flush();
      assertThat(first).isNotDone();
      assertThat(producer.outstandingRecords()).isEqualTo(2);

      assertThat(producer.answerNext()).isTrue();
      assertThat(first).isCompleted();
      assertThat(flush).isNotDone();
      assertThat(producer.pending()).extracting(r -> text(r)).containsExactly("two");

      producer.answerAll();
      assertThat(second).isCompleted();
      assertThat(flush).isCompleted();
      assertThat(producer.answerNext()).isFalse();
    }
  }

  @Test
  void answerFirst_ofAKind_mayOvertakeOthers() {
    try (InMemoryKinesisProducer producer = producer(Completion.BY_HAND)) {
      put(producer, record("a", "one"));
      CompletableFuture<RecordResult> second = producer.put(record("b", "two"));

      assertThat(producer.answerFirst(record -> record.partitionKey().equals("b"))).isTrue();
      assertThat(second).isCompleted();
      assertThat(producer.answerFirst(record -> record.partitionKey().equals("b"))).isFalse();
      assertThat(producer.pending()).hasSize(1);
    }
  }

  @Test
  void answerFirst_wouldOvertakeARecordOfItsKeyInOrder_isRefused() {
    try (InMemoryKinesisProducer producer = byHand(config().keyOrder(KeyOrder.SKIP))) {
      put(producer, record("k", "one"));
      put(producer, record("k", "two"));
      put(producer, record("other", "three"));

      assertThat(producer.answerFirst(record -> text(record).equals("three"))).isTrue();
      assertThatThrownBy(() -> producer.answerFirst(record -> text(record).equals("two")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("KeyOrder is SKIP");
    }
  }

  @Test
  void nextAnswers_areGivenInOrder_thenTheOthers() {
    try (InMemoryKinesisProducer producer = InMemoryKinesisProducer.create()) {
      producer.nextAnswers(Answer.failed(FailureReason.THROTTLED), Answer.storedPerhapsTwice());
      producer.otherAnswers(
          record ->
              text(record).equals("bad") ? Answer.failed(FailureReason.INVALID) : Answer.stored());

      RecordFailedException throttled = failure(producer.put(record("k", "one")));
      assertThat(throttled.reason()).isEqualTo(FailureReason.THROTTLED);
      assertThat(throttled.attempts().get(0).errorCode())
          .contains("ProvisionedThroughputExceededException");
      assertThat(text(throttled.userRecord())).isEqualTo("one");
      assertThat(throttled.mayBeStored()).isFalse();
      assertThat(producer.put(record("k", "two")).join().mayBeDuplicated()).isTrue();
      assertThat(failure(producer.put(record("k", "bad"))).reason())
          .isEqualTo(FailureReason.INVALID);
      assertThat(producer.put(record("k", "good"))).isCompleted();
      assertThat(producer.failures()).hasSize(2);
      assertThat(producer.stored()).extracting(r -> text(r)).containsExactly("two", "good");
    }
  }

  @Test
  void otherAnswers_throw_failsTheRecordAsInternal() {
    try (InMemoryKinesisProducer producer = InMemoryKinesisProducer.create()) {
      producer.otherAnswers(
          record -> {
            throw new IllegalStateException("broken");
          });

      RecordFailedException failure = failure(producer.put(record("k", "one")));
      assertThat(failure.reason()).isEqualTo(FailureReason.INTERNAL);
      assertThat(failure).hasRootCauseMessage("broken");
      assertThat(producer.outstandingRecords()).isZero();
    }
  }

  @Test
  void everyReason_canBeAnswered() {
    try (InMemoryKinesisProducer producer = InMemoryKinesisProducer.create()) {
      for (FailureReason reason : FailureReason.values()) {
        producer.nextAnswers(Answer.failed(reason));
        assertThat(failure(producer.put(record("k", "one"))).reason()).isEqualTo(reason);
      }
    }
  }

  @Test
  void clock_passesTheTimeToLive_expiresWhatIsPending() {
    try (InMemoryKinesisProducer producer = byHand(config().recordTtl(Duration.ofSeconds(10)))) {
      CompletableFuture<RecordResult> first = producer.put(record("k", "one"));
      producer.clock().advance(Duration.ofSeconds(4));
      CompletableFuture<RecordResult> second = producer.put(record("k", "two"));
      assertThat(producer.oldestRecordAge()).isEqualTo(Duration.ofSeconds(4));
      assertThat(producer.health().oldestRecordAge()).isEqualTo(Duration.ofSeconds(4));

      producer.clock().advance(Duration.ofSeconds(6));

      assertThat(failure(first).reason()).isEqualTo(FailureReason.EXPIRED);
      assertThat(failure(first)).hasMessageContaining("RecordTtl (10000 ms)");
      assertThat(failure(first).attemptCount()).isZero();
      assertThat(second).isNotDone();
      assertThat(producer.oldestRecordAge()).isEqualTo(Duration.ofSeconds(6));
      producer.answerAll();
      assertThat(producer.oldestRecordAge()).isZero();
    }
  }

  @Test
  void clock_withRecordsThatNeverExpire_expiresNone() {
    try (InMemoryKinesisProducer producer =
        byHand(config().recordTtl(KinesisProducerConfig.FOREVER))) {
      CompletableFuture<RecordResult> future = producer.put(record("k", "one"));
      producer.clock().advance(Duration.ofDays(10_000));

      assertThat(future).isNotDone();
    }
  }

  @Test
  void whenDue_lingerPassesOrFlush_answers() {
    try (InMemoryKinesisProducer producer =
        InMemoryKinesisProducer.builder()
            .config(config().recordMaxBufferedTime(Duration.ofMillis(200)).build())
            .completion(Completion.WHEN_DUE)
            .build()) {
      CompletableFuture<RecordResult> first = producer.put(record("k", "one"));
      producer.clock().advance(Duration.ofMillis(199));
      assertThat(first).isNotDone();
      producer.clock().advance(Duration.ofMillis(1));
      assertThat(first).isCompleted();

      CompletableFuture<RecordResult> second = producer.put(record("k", "two"));
      CompletableFuture<RecordResult> other = producer.put("orders", "k", new byte[1]);
      assertThat(producer.flush("clicks")).isCompleted();
      assertThat(second).isCompleted();
      assertThat(other).isNotDone();
      assertThat(producer.flush()).isCompleted();
      assertThat(other).isCompleted();
    }
  }

  @Test
  void flush_withNothingToDo_isOver() {
    try (InMemoryKinesisProducer producer = producer(Completion.BY_HAND)) {
      assertThat(producer.flush()).isCompleted();
      put(producer, record("k", "one"));
      assertThat(producer.flush("orders")).isCompleted();
    }
  }

  @Test
  void flush_joinedInsideACallback_isRefusedAsItNeverEnds() {
    try (InMemoryKinesisProducer producer = producer(Completion.BY_HAND)) {
      CompletableFuture<RecordResult> stored = producer.put(record("k", "one"));
      CompletableFuture<Void> callback = stored.thenRun(() -> producer.flush().join());
      CompletableFuture<Void> composed =
          stored.thenRun(() -> producer.flush().thenRun(() -> {}).join());
      producer.answerAll();

      assertThatThrownBy(callback::join).hasCauseInstanceOf(IllegalStateException.class);
      assertThatThrownBy(composed::join).hasCauseInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void flush_completes_afterCallbacksAndTheCounts() {
    List<String> order = new ArrayList<>();
    try (InMemoryKinesisProducer producer =
        InMemoryKinesisProducer.builder()
            .completion(Completion.BY_HAND)
            .onFailure(failure -> order.add("handler"))
            .build()) {
      producer.nextAnswers(Answer.failed(FailureReason.EXPIRED));
      var unused =
          producer.put(record("k", "one")).whenComplete((result, failure) -> order.add("future"));
      CompletableFuture<Void> flush =
          producer
              .flush()
              .thenRun(() -> order.add("flush, " + producer.outstandingRecords() + " left"));
      producer.answerAll();

      assertThat(flush).isCompleted();
      assertThat(order).containsExactly("future", "handler", "flush, 0 left");
    }
  }

  @Test
  void callback_puts_isTakenAndCounted() {
    try (InMemoryKinesisProducer producer = InMemoryKinesisProducer.create()) {
      producer.nextAnswers(Answer.failed(FailureReason.EXPIRED));
      CompletableFuture<RecordResult> again =
          producer
              .put(record("k", "one"))
              .exceptionallyCompose(failure -> producer.put(record("k", "one, again")));

      assertThat(again).isCompleted();
      assertThat(producer.stored()).extracting(r -> text(r)).containsExactly("one, again");
    }
  }

  @Test
  void future_cancelledByTheUser_recordIsStoredAllTheSame() {
    try (InMemoryKinesisProducer producer = producer(Completion.BY_HAND)) {
      producer.put(record("k", "one")).cancel(true);
      assertThat(producer.outstandingRecords()).isEqualTo(1);
      producer.answerAll();

      assertThat(producer.stored()).hasSize(1);
      assertThat(producer.outstandingRecords()).isZero();
    }
  }

  @Test
  void failureHandler_throws_isCounted() {
    try (InMemoryKinesisProducer producer =
        InMemoryKinesisProducer.builder()
            .onFailure(
                failure -> {
                  throw new IllegalStateException("no room for dead letters");
                })
            .build()) {
      producer.nextAnswers(Answer.failed(FailureReason.EXPIRED));

      assertThat(producer.put(record("k", "one"))).isCompletedExceptionally();
      assertThat(producer.health().unhandledFailures()).isEqualTo(1);
    }
  }

  @Test
  void halt_recordIsGivenUp_failsThoseBehindAndRefusesTheKey() {
    try (InMemoryKinesisProducer producer = byHand(config().keyOrder(KeyOrder.HALT))) {
      producer.nextAnswers(Answer.failed(FailureReason.EXPIRED));
      CompletableFuture<RecordResult> first = producer.put(record("k", "one"));
      CompletableFuture<RecordResult> behind = producer.put(record("k", "two"));
      CompletableFuture<RecordResult> other = producer.put(record("other", "three"));
      producer.answerNext();

      assertThat(failure(first).reason()).isEqualTo(FailureReason.EXPIRED);
      assertThat(failure(behind).reason()).isEqualTo(FailureReason.KEY_HALTED);
      assertThat(other).isNotDone();
      refuses(producer, Reason.KEY_HALTED);

      producer.resumeKey(failure(first).userRecord());
      assertThat(producer.put(record("k", "one"))).isNotDone();
      producer.answerAll();
      assertThat(producer.stored()).extracting(r -> text(r)).containsExactly("three", "one");
    }
  }

  @Test
  void halt_streamIsResumed_takesAllItsKeys() {
    try (InMemoryKinesisProducer producer = byHand(config().keyOrder(KeyOrder.HALT))) {
      producer.nextAnswers(Answer.failed(FailureReason.EXPIRED));
      put(producer, record("k", "one"));
      producer.answerAll();
      producer.resumeKeys("orders");
      refuses(producer, Reason.KEY_HALTED);

      producer.resumeKeys("clicks");
      assertThat(producer.put(record("k", "two"))).isNotDone();
    }
  }

  @Test
  void buffer_isFull_doesAsThePolicySays() {
    for (AdmissionPolicy policy : AdmissionPolicy.values()) {
      try (InMemoryKinesisProducer producer =
          byHand(config().admissionPolicy(policy).bufferMaxRecords(1))) {
        put(producer, record("k", "one"));
        switch (policy) {
          case BLOCK, FAIL -> refuses(producer, Reason.BUFFER_FULL);
          case ASYNC -> refusedLater(producer, Reason.BUFFER_FULL);
          case DROP -> {
            refusedLater(producer, Reason.DROPPED);
            assertThat(producer.droppedRecords()).isEqualTo(1);
          }
        }
        assertThat(producer.tryPut(record("k", "two"))).isEmpty();
        assertThat(producer.accepted()).hasSize(1);

        producer.answerAll();
        assertThat(producer.tryPut(record("k", "three"))).isPresent();
      }
    }
  }

  private static void refusedLater(InMemoryKinesisProducer producer, Reason reason) {
    assertThatThrownBy(producer.put(record("k", "two"))::join)
        .hasCauseInstanceOf(RecordRefusedException.class)
        .satisfies(
            thrown ->
                assertThat(((RecordRefusedException) requireNonNull(thrown.getCause())).reason())
                    .isEqualTo(reason));
  }

  @Test
  void buffer_bytesAreHeld_isFull() {
    try (InMemoryKinesisProducer producer = byHand(config().bufferMaxBytes(3 << 20))) {
      for (int i = 0; i < 3; i++) {
        put(producer, UserRecord.of("clicks", "k", new byte[1_000_000]));
      }
      assertThat(producer.outstandingBytes()).isEqualTo(3 * (1_000_000 + 1 + 256));
      assertThat(producer.tryPut(UserRecord.of("clicks", "k", new byte[1_000_000]))).isEmpty();
    }
  }

  @Test
  void buffer_testSaysFullAndThreadIsInterrupted_isRefusedAsInterrupted() {
    try (InMemoryKinesisProducer producer = InMemoryKinesisProducer.create()) {
      producer.bufferFull(true);
      refuses(producer, Reason.BUFFER_FULL);
      Thread.currentThread().interrupt();
      refuses(producer, Reason.INTERRUPTED);
      assertThat(Thread.interrupted()).isTrue();
      producer.bufferFull(false);
      assertThat(producer.put(record("k", "one"))).isCompleted();
    }
  }

  @Test
  void close_drainsWhatIsPending_andRefusesMore() {
    InMemoryKinesisProducer producer = producer(Completion.BY_HAND);
    CompletableFuture<RecordResult> future = producer.put(record("k", "one"));
    assertThat(producer.health().state()).isEqualTo(State.RUNNING);
    producer.close();

    assertThat(future).isCompleted();
    assertThat(producer.health().state()).isEqualTo(State.CLOSED);
    refuses(producer, Reason.CLOSED);
    assertThatThrownBy(() -> producer.put(UserRecord.of("", "", new byte[0])))
        .isInstanceOf(RecordRefusedException.class);
    assertThat(producer.warmUp("clicks")).isCompletedExceptionally();
    producer.close(Duration.ZERO);
    assertThatThrownBy(() -> producer.close(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void close_thatDoesNotDrain_givesUpWhatIsPending() {
    InMemoryKinesisProducer producer =
        InMemoryKinesisProducer.builder()
            .completion(Completion.BY_HAND)
            .drainsAtClose(false)
            .build();
    CompletableFuture<RecordResult> future = producer.put(record("k", "one"));
    producer.close();

    assertThat(failure(future).reason()).isEqualTo(FailureReason.PRODUCER_CLOSED);
  }

  @Test
  void close_insideACallback_onlyStartsClosing() {
    InMemoryKinesisProducer producer = producer(Completion.BY_HAND);
    CompletableFuture<State> state =
        producer
            .put(record("k", "one"))
            .thenApply(
                stored -> {
                  producer.close();
                  return producer.health().state();
                });
    CompletableFuture<RecordResult> second = producer.put(record("k", "two"));
    producer.answerNext();

    assertThat(state).isCompletedWithValue(State.CLOSING);
    assertThat(second).isCompleted();
    assertThat(producer.health().state()).isEqualTo(State.CLOSED);
  }

  @Test
  void failProducer_failsWhatIsPendingAndRefusesMore() {
    try (InMemoryKinesisProducer producer = producer(Completion.BY_HAND)) {
      CompletableFuture<RecordResult> future = producer.put(record("k", "one"));
      producer.failProducer(new OutOfMemoryError("as a test says"));

      assertThat(failure(future).reason()).isEqualTo(FailureReason.INTERNAL);
      assertThat(failure(future)).hasRootCauseMessage("as a test says");
      refuses(producer, Reason.PRODUCER_FAILED);
      assertThat(producer.health().state()).isEqualTo(State.FAILED);
      assertThat(producer.health().failure()).isPresent();
    }
  }

  @Test
  void health_isWhatTheTestReports() {
    try (InMemoryKinesisProducer producer = InMemoryKinesisProducer.create()) {
      ProducerHealth late =
          ProducerHealth.builder(State.RUNNING)
              .loop(Duration.ofSeconds(9), Duration.ofSeconds(9))
              .build();
      producer.reportHealth(late);

      assertThat(producer.health()).isSameAs(late);
    }
  }

  @Test
  void warmUp_reportsShardsOrFails() {
    try (InMemoryKinesisProducer producer =
        InMemoryKinesisProducer.builder().stream("clicks", 3).build()) {
      assertThat(producer.warmUp("clicks", "orders", "clicks").join().streams())
          .extracting(stream -> stream.name() + " " + stream.openShards().getAsInt())
          .containsExactly("clicks 3", "orders 1");
      assertThatThrownBy(() -> producer.warmUp("no such name"))
          .isInstanceOf(IllegalArgumentException.class);

      producer.failWarmUps("clicks: no such stream");
      assertThatThrownBy(producer.warmUp("clicks")::join)
          .hasCauseInstanceOf(WarmUpFailedException.class)
          .hasMessageContaining("no such stream");
      producer.failWarmUps();
      assertThat(producer.warmUp("clicks")).isCompleted();
    }
  }

  @Test
  void forget_keepsWhatIsPending() {
    try (InMemoryKinesisProducer producer = producer(Completion.BY_HAND)) {
      put(producer, record("k", "one"));
      producer.answerAll();
      put(producer, record("k", "two"));
      producer.forget();

      assertThat(producer.accepted()).isEmpty();
      assertThat(producer.stored()).isEmpty();
      assertThat(producer.pending()).hasSize(1);
    }
  }

  @Test
  void oneClock_servesSeveralProducers() {
    ManualClock clock = new ManualClock();
    InMemoryKinesisProducer closed =
        InMemoryKinesisProducer.builder().clock(clock).completion(Completion.BY_HAND).build();
    InMemoryKinesisProducer open =
        InMemoryKinesisProducer.builder().clock(clock).completion(Completion.WHEN_DUE).build();
    closed.close();
    CompletableFuture<RecordResult> future = open.put(record("k", "one"));
    clock.advance(Duration.ofSeconds(1));

    assertThat(future).isCompleted();
    assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    open.close();
  }

  @Test
  void nulls_areRefused() {
    try (InMemoryKinesisProducer producer = InMemoryKinesisProducer.create()) {
      assertThatThrownBy(() -> producer.put((UserRecord) nothing()))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> producer.tryPut((UserRecord) nothing()))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> producer.flush(nothing())).isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> producer.resumeKeys(nothing()))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> producer.resumeKey(nothing()))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> producer.warmUp((String) nothing()))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> producer.close(nothing())).isInstanceOf(NullPointerException.class);
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }
}
