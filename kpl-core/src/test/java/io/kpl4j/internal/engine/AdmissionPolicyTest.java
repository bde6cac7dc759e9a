// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a put does while the buffer is full, by policy, and what it does for whom it must. */
class AdmissionPolicyTest {

  private static RecordRefusedException refusalOf(CompletableFuture<RecordResult> future) {
    assertThat(future).isCompletedExceptionally();
    CompletionException thrown =
        requireNonNull(catchThrowableOfType(CompletionException.class, future::join));
    return (RecordRefusedException) requireNonNull(thrown.getCause());
  }

  @ParameterizedTest
  @EnumSource
  void put_room_isAcceptedWhateverThePolicy(AdmissionPolicy policy) {
    ManualProducer run = new ManualProducer(policy);

    assertThat(run.put(1)).isNotDone();

    assertThat(run.budget.heldRecords()).isEqualTo(1);
    assertThat(run.pipelineHolds()).isEqualTo(1);
  }

  @Test
  void putFail_bufferFull_throwsAtOnceAndHoldsNothing() {
    ManualProducer run = new ManualProducer(AdmissionPolicy.FAIL);
    run.fillBut(10);

    assertThatThrownBy(() -> run.put(1))
        .isInstanceOfSatisfying(
            RecordRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.BUFFER_FULL))
        .hasMessageContaining("9990 of 10000 bytes")
        .hasMessageContaining("1 of 100 records");

    assertThat(run.pipelineHolds()).isZero();
    run.makeRoom();
    assertThat(run.budget.heldBytes()).isZero();
    assertThat(run.put(2)).isNotDone();
  }

  @Test
  void putDrop_bufferFull_isCountedAndTheFutureHasFailed() {
    ManualProducer run = new ManualProducer(AdmissionPolicy.DROP);
    run.put(1);
    run.fillBut(10);
    UserRecord record = ManualProducer.record("s", 2);

    RecordRefusedException refused = refusalOf(run.producer.put(record));
    run.put(3);

    assertThat(refused.reason()).isEqualTo(Reason.DROPPED);
    assertThat(refused.userRecord()).isSameAs(record);
    assertThat(refused.getStackTrace()).as("costs more than the drop").isEmpty();
    assertThat(run.producer.droppedRecords()).isEqualTo(2);
    assertThat(run.pipelineHolds()).isEqualTo(1);
  }

  @Test
  void putDrop_manyInAMinute_isWarnedOfOnceAMinuteWithTheCount() {
    DroppedRecords dropped = new DroppedRecords();
    PrintStream error = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, StandardCharsets.UTF_8));
    try {
      for (long second = 0; second < 61; second++) {
        var unused = dropped.drop(ManualProducer.record("s", 1), 1 + second * 1_000_000_000L);
      }
      dropped.sum();
    } finally {
      System.setErr(error);
    }
    assertThat(captured.toString(StandardCharsets.UTF_8).lines())
        .hasSize(3)
        .satisfiesExactly(
            first -> assertThat(first).endsWith("; 1 records were dropped so far"),
            later -> assertThat(later).endsWith("; 61 records were dropped so far"),
            atTheEnd -> assertThat(atTheEnd).contains("61 records were dropped in all"));
  }

  @ParameterizedTest
  @EnumSource
  void tryPut_bufferFull_isEmptyWhateverThePolicy(AdmissionPolicy policy) {
    ManualProducer run = new ManualProducer(policy);
    run.fillBut(10);

    assertThat(run.tryPut(1)).isEmpty();

    assertThat(run.producer.droppedRecords()).isZero();
    assertThat(run.producer.outstandingRecords()).as("the filler").isEqualTo(1);
    run.makeRoom();
    assertThat(run.tryPut(2)).hasValueSatisfying(future -> assertThat(future).isNotDone());
    assertThat(run.pipelineHolds()).isEqualTo(1);
  }

  @Test
  void tryPut_recordsOfTheStreamWait_doesNotOvertakeThem() {
    ManualProducer run = new ManualProducer(AdmissionPolicy.ASYNC);
    run.fillBut(10);
    run.put(1);
    run.makeRoom();

    assertThat(run.tryPut(2)).isEmpty();

    run.turn();
    assertThat(run.tryPut(3)).isPresent();
  }

  @Test
  void tryPut_producerFailed_isRefusedWithTheCause() {
    ManualProducer run = new ManualProducer(AdmissionPolicy.BLOCK);
    Throwable fault = new InternalError("broken");
    run.pipelines.fail(fault);

    assertThatThrownBy(() -> run.tryPut(1))
        .isInstanceOf(RecordRefusedException.class)
        .hasCause(fault);
  }

  @ParameterizedTest
  @EnumSource(names = {"FAIL", "DROP", "ASYNC"})
  void put_budgetClosedMeanwhile_isRefusedWhateverThePolicy(AdmissionPolicy policy) {
    ManualProducer run = new ManualProducer(policy);
    run.pipelines.fail(new InternalError("broken"));
    run.turn();

    assertThatThrownBy(() -> run.put(1))
        .isInstanceOfSatisfying(
            RecordRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.PRODUCER_FAILED));
  }

  @ParameterizedTest
  @EnumSource
  void put_undeliveredResultsAtTheirBound_holdBackAllButCompletionThreads(AdmissionPolicy policy) {
    ManualProducer run = new ManualProducer(policy);
    run.fillUndelivered();

    assertThat(run.tryPut(1)).as("a caller that does not wait").isEmpty();
    switch (policy) {
      case BLOCK -> {
        run.whenClockIsRead = () -> run.nowNanos += ManualProducer.MAX_BLOCK_NANOS;
        assertThatThrownBy(() -> run.put(2)).hasMessageContaining("MaxBlockTime");
        run.whenClockIsRead = () -> {};
      }
      case FAIL -> assertThatThrownBy(() -> run.put(2)).isInstanceOf(RecordRefusedException.class);
      case DROP -> assertThat(run.put(2)).isCompletedExceptionally();
      case ASYNC -> {
        assertThat(run.put(2)).isNotDone();
        run.turn();
      }
    }
    assertThat(run.pipelineHolds()).as("accepted of callers").isZero();

    run.inCallback(() -> assertThat(run.put(3)).isNotDone());
    run.inCallback(() -> assertThat(run.tryPut(4)).isPresent());
    assertThat(run.pipelineHolds()).as("accepted of callbacks").isEqualTo(2);

    run.undeliveredAreDelivered();
    run.turn();
    assertThat(run.pipelineHolds()).isEqualTo(policy == AdmissionPolicy.ASYNC ? 3 : 2);
    assertThat(run.tryPut(5)).isPresent();
  }

  @Test
  void put_interruptRacesTheGrant_givesThePermitBack() {
    ManualProducer run = new ManualProducer(AdmissionPolicy.BLOCK);
    StreamPipeline stream = run.stream();
    run.fillBut(10);
    int[] readings = new int[1];
    run.whenClockIsRead =
        () -> {
          // The first reading sets the deadline; at the second the caller has seen that it waits.
          if (run.budget.wantsRoomOf(stream.account()) && ++readings[0] == 2) {
            run.makeRoom();
            Thread.currentThread().interrupt();
          }
        };

    RecordRefusedException refused =
        requireNonNull(catchThrowableOfType(RecordRefusedException.class, () -> run.put(1)));

    assertThat(Thread.interrupted()).as("the interrupt is still there").isTrue();
    assertThat(refused.reason()).isEqualTo(Reason.INTERRUPTED);
    assertThat(readings[0]).as("the grant and the interrupt came while it waited").isEqualTo(2);
    assertThat(run.budget.heldBytes()).isZero();
    assertThat(run.budget.heldRecords()).isZero();
  }

  @Test
  void put_blockedCaller_isInterruptible() throws Exception {
    ManualProducer run = new ManualProducer(AdmissionPolicy.BLOCK);
    run.fillBut(10);
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                run.put(1);
              } catch (RecordRefusedException refused) {
                thrown.complete(refused);
              }
            });
    caller.setDaemon(true);
    caller.start();
    while (caller.getState() != Thread.State.TIMED_WAITING && !thrown.isDone()) {
      Thread.onSpinWait();
    }

    caller.interrupt();

    assertThat(((RecordRefusedException) thrown.get()).reason()).isEqualTo(Reason.INTERRUPTED);
    caller.join();
    run.makeRoom();
    assertThat(run.budget.heldRecords()).isZero();
  }

  @Test
  void put_blocked_isNotYetAccepted() {
    ManualProducer run = new ManualProducer(AdmissionPolicy.BLOCK);
    run.fillBut(10);
    long before = run.producer.outstandingRecords();
    run.whenClockIsRead =
        () -> {
          assertThat(run.producer.outstandingRecords()).isEqualTo(before);
          assertThat(run.pipelineHolds()).isZero();
          run.nowNanos += ManualProducer.MAX_BLOCK_NANOS;
        };

    assertThatThrownBy(() -> run.put(1)).isInstanceOf(RecordRefusedException.class);
  }

  @Test
  void put_ofAnOptionalResult_composes() {
    ManualProducer run = new ManualProducer(AdmissionPolicy.BLOCK);
    Optional<CompletableFuture<RecordResult>> put = run.producer.tryPut("s", "key", new byte[3]);

    assertThat(put).isPresent();
    assertThat(run.producer.tryPut("s", "key", java.nio.ByteBuffer.allocate(3))).isPresent();
  }
}
