// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.FailureReason;
import io.kpl4j.KinesisProducerException;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.UserContent;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.PendingRecord;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** The asynchronous policy, turn by turn. */
class WaitingRoomTest {

  private static final ShardMap WHOLE_RING =
      ShardMap.covering(List.of(new ShardRange("only", HashKey.MIN, HashKey.MAX, true)))
          .orElseThrow();

  private final ManualProducer run = new ManualProducer(AdmissionPolicy.ASYNC);

  private static KinesisProducerException failureOf(CompletableFuture<RecordResult> future) {
    assertThat(future).isCompletedExceptionally();
    CompletionException thrown =
        requireNonNull(catchThrowableOfType(CompletionException.class, future::join));
    return (KinesisProducerException) requireNonNull(thrown.getCause());
  }

  private static void assertRefused(CompletableFuture<RecordResult> future, Reason reason) {
    assertThat(failureOf(future))
        .isInstanceOfSatisfying(
            RecordRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(reason));
  }

  /** The records that the pipeline holds in the order in which they were accepted. */
  private List<Long> admittedAt(List<CompletableFuture<RecordResult>> futures) {
    return futures.stream().map(future -> ((PendingRecord) future).admittedNanos()).toList();
  }

  @Test
  void put_bufferFull_returnsAtOnceAndIsAcceptedWhenThereIsRoom() {
    run.fillBut(10);

    CompletableFuture<RecordResult> future = run.put(1);
    run.turn();

    assertThat(future).isNotDone();
    assertThat(run.pipelineHolds()).isZero();
    run.nowNanos += 500;
    run.makeRoom();
    run.turn();
    assertThat(run.pipelineHolds()).isEqualTo(1);
    assertThat(run.budget.heldRecords()).isEqualTo(1);
    assertThat(admittedAt(List.of(future))).as("linger and time to live").containsExactly(501L);
  }

  @Test
  void put_dataChangedAfterwards_isStoredAsItWas() {
    run.fillBut(10);
    byte[] data = {1, 2, 3};

    CompletableFuture<RecordResult> future =
        run.producer.put(UserRecord.of("s", "key", data).withExplicitHashKey("7"));
    data[0] = 9;
    run.nowNanos += ManualProducer.MAX_BLOCK_NANOS;
    run.turn();
    run.deliver();

    UserRecord record = failureOf(future).userRecord();
    assertThat(record.data()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(record.partitionKey()).isEqualTo("key");
    assertThat(record.explicitHashKey()).contains("7");
  }

  @Test
  void put_waitLongerThanMaxBlockTime_isRefusedByTheLoopsDeadline() {
    run.fillBut(10);
    CompletableFuture<RecordResult> future = run.put(1);
    run.turn();
    assertThat(run.pipelines.runOnce(run.nowNanos))
        .as("when the loop wakes by itself")
        .isEqualTo(run.nowNanos + ManualProducer.MAX_BLOCK_NANOS);

    run.nowNanos += ManualProducer.MAX_BLOCK_NANOS - 1;
    run.turn();
    run.deliver();
    assertThat(future).isNotDone();

    run.nowNanos++;
    run.turn();
    assertThat(future).as("not on the loop").isNotDone();
    run.deliver();
    assertRefused(future, Reason.BUFFER_FULL);
    assertThat(failureOf(future)).hasMessageContaining("MaxBlockTime");
    assertThat(run.producer.outstandingRecords()).as("the filler").isEqualTo(1);
  }

  @Test
  void put_largeOneTimesOut_thoseBehindItGoOn() {
    run.fillBut(1_000);
    CompletableFuture<RecordResult> large =
        run.producer.put(UserRecord.of("s", "large", new byte[2_000]));
    run.nowNanos += 500;
    CompletableFuture<RecordResult> small = run.put(1);
    run.turn();
    assertThat(run.pipelineHolds()).isZero();

    run.nowNanos += 500;
    run.turn();
    run.deliver();

    assertRefused(large, Reason.BUFFER_FULL);
    assertThat(small).isNotDone();
    assertThat(run.pipelineHolds()).isEqualTo(1);
  }

  @Test
  void put_asManyWaitAsMay_isRefusedAtOnce() {
    run.fillBut(10);
    // The first of a stream passes; then it leaves a ninth of the room to the others.
    int waiting = 0;
    for (; waiting < 20; waiting++) {
      try {
        run.put(waiting);
      } catch (RecordRefusedException refused) {
        assertThat(refused.reason()).isEqualTo(Reason.BUFFER_FULL);
        break;
      }
    }
    assertThat(waiting).as("of a room of ten").isEqualTo(8);
    assertThat(run.producer.put(ManualProducer.record("other", 1))).isNotDone();
  }

  @Test
  void put_largerThanTheWholeRoom_waitsAlone() {
    Admission narrow =
        new Admission(
            run.admission.intake(),
            AdmissionPolicy.ASYNC,
            1,
            new WaitingRoom(
                run.context, run.admission.intake(), new WaitingRoom.Limits(10, 1_000, 1_000)),
            new DroppedRecords());
    run.fillBut(10);
    CheckedRecord large = check(new byte[3_000]);

    assertThat(narrow.room().enter(large, record -> run.stream(), false, 1)).isNotNull();
    assertThat(narrow.room().enter(check(new byte[1]), record -> run.stream(), false, 1)).isNull();
    narrow.room().refuseAll(null);
    run.deliver();
    assertThat(narrow.room().enter(check(new byte[1]), record -> run.stream(), false, 1))
        .isNotNull();
  }

  private CheckedRecord check(byte[] data) {
    return run.admission.intake().check(UserRecord.of("s", "key", data), record -> run.stream());
  }

  @Test
  void put_resultsOfThoseRefusedAreNotDelivered_theirPlacesAreNotFree() {
    run.fillBut(10);
    for (int i = 0; i < 8; i++) {
      run.put(i);
    }
    run.nowNanos += ManualProducer.MAX_BLOCK_NANOS;
    run.turn();

    assertThatThrownBy(() -> run.put(8))
        .as("their records are still in memory")
        .isInstanceOf(RecordRefusedException.class);

    run.deliver();
    assertThat(run.put(9)).isNotDone();
  }

  @Test
  void put_ofOneCaller_areAcceptedInOrder() {
    run.fillBut(1_000);
    List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      futures.add(run.put(i));
      run.nowNanos++;
      if (i == 3) {
        run.turn();
      }
    }
    run.turn();
    run.makeRoom();
    run.turn();
    futures.add(run.put(8));

    assertThat(run.pipelineHolds()).isEqualTo(9);
    assertThat(admittedAt(futures)).isSorted();
  }

  @Test
  void close_thoseWhoWait_areRefused() {
    run.fillBut(10);
    CompletableFuture<RecordResult> future = run.put(1);

    Waiters.wake(run.budget.close());
    run.turn();
    run.deliver();

    assertRefused(future, Reason.CLOSED);
    assertThat(run.admission.room().size()).isZero();
    run.makeRoom();
    assertThat(run.pipelines.drained()).isTrue();
  }

  @Test
  void close_atItsEnd_refusesThoseTheLoopHasNotSeen() {
    run.fillBut(10);
    CompletableFuture<RecordResult> future = run.put(1);
    run.budget.close();

    run.pipelines.giveUp();
    run.context.publisher().deliverTheRest(() -> {});
    run.deliver();

    assertRefused(future, Reason.CLOSED);
  }

  @Test
  void producerFails_thoseWhoWait_areRefusedWithTheCause() {
    run.fillBut(10);
    CompletableFuture<RecordResult> future = run.put(1);
    Throwable fault = new InternalError("broken");

    run.pipelines.fail(fault);
    run.turn();
    run.deliver();

    assertRefused(future, Reason.PRODUCER_FAILED);
    assertThat(failureOf(future)).hasCause(fault);
  }

  @Test
  void append_throwsOnTheLoop_recordFailsAndItsPermitIsBackAndOthersGoOn() {
    run.fillBut(10);
    CheckedRecord good = check(new byte[10]);
    good.stream().lanes().install(WHOLE_RING, 1);
    byte[] noNumber = {'x'};
    UserContent broken =
        new UserContent(new byte[1], noNumber, ByteBuffer.allocate(10), HashKey.MIN);
    CheckedRecord bad = new CheckedRecord(good.record(), good.stream(), broken, good.permitBytes());
    CompletableFuture<RecordResult> failing =
        requireNonNull(run.admission.room().enter(bad, record -> run.stream(), false, 1));
    CompletableFuture<RecordResult> following = run.put(1);

    run.makeRoom();
    run.turn();
    run.deliver();

    assertThat(failureOf(failing))
        .isInstanceOfSatisfying(
            RecordFailedException.class,
            failed -> {
              assertThat(failed.reason()).isEqualTo(FailureReason.INTERNAL);
              assertThat(failed.mayBeStored()).isFalse();
              assertThat(failed.userRecord().partitionKey()).isEqualTo("key");
            });
    assertThat(following).isNotDone();
    assertThat(run.pipelineHolds()).isEqualTo(1);
    assertThat(run.budget.heldRecords()).isEqualTo(1);
    assertThat(run.pipelines.failure()).isNull();
    assertThat(run.tryPut(2)).as("nobody stands in the way").isPresent();
  }

  @Test
  void append_streamWasGivenUp_recordIsRefusedAndItsPermitIsBack() {
    run.fillBut(10);
    CompletableFuture<RecordResult> future = run.put(1);
    run.stream()
        .giveUp(
            new Settlement.Failure(FailureReason.PRODUCER_CLOSED, "ProducerClosed", "over", null));

    run.makeRoom();
    run.turn();
    run.deliver();

    assertRefused(future, Reason.CLOSED);
    assertThat(run.budget.heldRecords()).isZero();
  }

  @Test
  void future_cancelledByItsUser_isAcceptedAllTheSame() {
    run.fillBut(10);
    CompletableFuture<RecordResult> future = run.put(1);
    future.cancel(true);

    run.makeRoom();
    run.turn();

    assertThat(run.pipelineHolds()).isEqualTo(1);
    assertThat(run.budget.heldRecords()).isEqualTo(1);
  }

  @Test
  void delivery_makesRoom_loopIsTold() {
    run.fillUndelivered();
    run.put(1);
    run.turn();
    assertThat(run.pipelineHolds()).isZero();

    run.undeliveredAreDelivered();

    assertThat(run.context.inbox().isEmpty()).as("no message for the loop").isFalse();
    run.turn();
    assertThat(run.pipelineHolds()).isEqualTo(1);
  }

  @Test
  void flush_someWait_isOverWhenTheyAreDone() {
    run.fillBut(10);
    CompletableFuture<RecordResult> future = run.put(1);
    CompletableFuture<Void> flush = run.producer.flush();
    CompletableFuture<Void> flushOfAnother = run.producer.flush("other");
    run.turn();
    run.deliver();
    assertThat(flush).isNotDone();
    assertThat(flushOfAnother).isDone();

    run.nowNanos += ManualProducer.MAX_BLOCK_NANOS;
    run.turn();
    run.deliver();

    assertRefused(future, Reason.BUFFER_FULL);
    assertThat(flush).isDone();
  }

  @Test
  void put_streamRetiredMeanwhile_waitsForTheStreamMadeAnew() {
    run.fillBut(10);
    CheckedRecord checked = check(new byte[10]);
    assertThat(run.budget.retire(run.stream().account())).isTrue();
    StreamPipeline anew = new StreamPipeline("s", run.context, 1);

    assertThat(run.admission.room().enter(checked, record -> anew, false, 1)).isNotNull();
    run.makeRoom();
    run.turn();

    assertThat(anew.liveRecords()).isEqualTo(1);
    assertThat(run.budget.heldRecords()).isEqualTo(1);
  }

  @Test
  void stream_someoneWaitsForIt_isNotRetired() {
    run.fillBut(10);
    run.put(1);

    assertThat(run.budget.retire(run.stream().account())).isFalse();
  }

  @Test
  void waiter_ofTheRoom_holdsNoThread() {
    run.fillBut(10);
    run.put(1);

    assertThat(run.budget.close())
        .singleElement()
        .satisfies(waiter -> assertThat(waiter).isInstanceOf(AdmissionBudget.Deferred.class))
        .satisfies(waiter -> assertThat(waiter.thread()).isNull());
  }
}
