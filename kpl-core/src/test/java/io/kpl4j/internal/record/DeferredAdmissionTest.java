// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Deferred;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import org.junit.jupiter.api.Test;

/** Who asks the budget without a thread that waits: at once, or through the loop. */
class DeferredAdmissionTest {

  private static final long ROOM = 1_000;

  private final AdmissionBudget budget = new AdmissionBudget(ROOM, 1_000, 10);
  private final Account one = new Account();
  private final Account two = new Account();
  private final Account three = new Account();

  private static final class Put extends Deferred {
    Put(Account account, long bytes, boolean exempt) {
      super(account, bytes, exempt);
    }

    @Override
    public void tellLoop() {}

    @Override
    public void granted(long nowNanos) {}
  }

  private Put waits(Account account, long bytes, boolean exempt) {
    Put put = new Put(account, bytes, exempt);
    assertThat(budget.acquireLater(put)).isTrue();
    return put;
  }

  private Put waits(Account account, long bytes) {
    return waits(account, bytes, false);
  }

  private void granted(Account account, long bytes) {
    assertThat(budget.tryAcquire(account, bytes, false)).as("permit of %s", bytes).isTrue();
  }

  /** What the loop does: take and append until nobody may go. */
  private Deferred takes() {
    Deferred taken = requireNonNull(budget.takeNext(), "nobody may go");
    assertThat(taken.state()).isEqualTo(Waiter.State.GRANTED);
    budget.appended(taken);
    return taken;
  }

  private void fillUndelivered() {
    assertThat(budget.tryAcquire(three, 1, true)).isTrue();
    budget.settle(three, 1, 1, 10);
  }

  @Test
  void tryAcquire_noRoom_holdsNothing() {
    granted(one, ROOM);

    assertThat(budget.tryAcquire(two, 1, false)).isFalse();

    assertThat(budget.heldBytes()).isEqualTo(ROOM);
    assertThat(budget.release(one, ROOM, 1)).isEmpty();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void tryAcquire_someoneOfTheStreamWaits_doesNotOvertake() {
    granted(one, 900);
    granted(two, 1);
    waits(two, 500);

    assertThat(budget.tryAcquire(two, 1, false)).isFalse();
  }

  @Test
  void tryAcquire_closed_isRefused() {
    budget.close();

    assertThat(budget.tryAcquire(one, 1, false)).isFalse();
    assertThat(budget.missed(one, 1)).isFalse();
  }

  @Test
  void acquireLater_roomIsThere_holdsNothingUntilTheLoopTakesIt() {
    Put put = waits(one, 100);
    assertThat(budget.heldBytes()).isZero();

    assertThat(takes()).isSameAs(put);

    assertThat(budget.heldBytes()).isEqualTo(100);
    assertThat(budget.takeNext()).isNull();
  }

  @Test
  void acquireLater_closed_isRefused() {
    budget.close();
    Put put = new Put(one, 1, false);

    assertThat(budget.acquireLater(put)).isFalse();

    assertThat(put.state()).isEqualTo(Waiter.State.REFUSED);
    assertThat(budget.takeNext()).isNull();
  }

  @Test
  void release_deferredWaiterFits_isToldAndStaysInLine() {
    granted(one, ROOM);
    Put first = waits(two, 100);
    waits(two, 100);

    assertThat(budget.release(one, ROOM, 1)).containsExactly(first);

    assertThat(first.state()).isEqualTo(Waiter.State.WAITING);
    assertThat(budget.heldBytes()).isZero();
    assertThat(takes()).isSameAs(first);
  }

  @Test
  void takeNext_severalStreams_servesThemInTurnAndEachInOrder() {
    granted(one, ROOM);
    Put twosFirst = waits(two, 100);
    Put twosSecond = waits(two, 100);
    Put threesFirst = waits(three, 100);
    Put threesSecond = waits(three, 100);
    budget.release(one, ROOM, 1);

    assertThat(takes()).isSameAs(twosFirst);
    assertThat(takes()).isSameAs(threesFirst);
    assertThat(takes()).isSameAs(twosSecond);
    assertThat(takes()).isSameAs(threesSecond);
  }

  @Test
  void takeNext_recordNotYetAppended_newcomersOfItsStreamWait() {
    waits(one, 100);
    Deferred taken = requireNonNull(budget.takeNext());

    assertThat(budget.tryAcquire(one, 1, false)).as("would overtake").isFalse();
    assertThat(budget.tryAcquire(two, 1, false)).as("another stream's").isTrue();

    budget.appended(taken);
    assertThat(budget.tryAcquire(one, 1, false)).isTrue();
  }

  @Test
  void takeNext_recordNotYetAppended_completionThreadsWaitToo() {
    fillUndelivered();
    waits(one, 100, true);
    requireNonNull(budget.takeNext());

    assertThat(budget.tryAcquire(one, 1, true)).isFalse();
  }

  @Test
  void cancel_deferred_holdsNothingAndFreesThoseBehind() {
    granted(one, 900);
    Put large = waits(two, 500);
    Put small = waits(three, 50);
    assertThat(budget.takeNext()).isNull();

    assertThat(budget.cancel(large)).isTrue();

    assertThat(takes()).isSameAs(small);
  }

  @Test
  void close_deferred_areRefused() {
    Put first = waits(one, 10);
    Put second = waits(two, 10);

    assertThat(budget.close()).containsExactly(first, second);

    assertThat(first.state()).isEqualTo(Waiter.State.REFUSED);
    assertThat(budget.takeNext()).isNull();
    assertThat(budget.cancel(second)).isTrue();
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void undelivered_atBound_holdsBackAllButCompletionThreads() {
    fillUndelivered();
    Put caller = waits(one, 10);
    Put callback = waits(two, 10, true);

    assertThat(budget.tryAcquire(three, 1, false)).as("a caller").isFalse();
    assertThat(budget.tryAcquire(three, 1, true)).as("a completion thread").isTrue();
    assertThat(takes()).isSameAs(callback);
    assertThat(budget.takeNext()).isNull();
    assertThat(budget.delivered(1, 10)).containsExactly(caller);
    assertThat(takes()).isSameAs(caller);
  }

  @Test
  void undelivered_ofRecordsThatNeverHeldAPermit_isCountedUntilDelivered() {
    budget.undelivered(2, 0);
    assertThat(budget.outstandingRecords()).isEqualTo(2);

    assertThat(budget.delivered(2, 0)).isEmpty();

    assertThat(budget.outstandingRecords()).isZero();
  }

  @Test
  void completionThreadsOfOneStream_largeOneWaits_areServedInOrder() {
    granted(one, 900);
    fillUndelivered();
    Put large = waits(two, 500, true);
    Put small = waits(two, 10, true);

    assertThat(budget.takeNext()).as("the small one would overtake").isNull();
    assertThat(budget.tryAcquire(two, 1, true)).as("a newcomer would overtake").isFalse();

    budget.release(one, 900, 1);
    assertThat(takes()).isSameAs(large);
    assertThat(takes()).isSameAs(small);
  }

  @Test
  void acquire_secondInLineLacksRoom_doesNotHoldOtherStreamsBack() {
    granted(one, 880);
    Waiter overItsShare = requireNonNull(budget.acquire(one, 10, false));
    requireNonNull(budget.acquire(one, 500, false));

    assertThat(budget.acquire(two, 10, false)).as("another stream's small record").isNull();
    assertThat(overItsShare.state()).isEqualTo(Waiter.State.WAITING);
  }

  @Test
  void wantsRoomOf_someoneLacksTheRoomOfAll_isEveryStream() {
    granted(one, 900);
    assertThat(budget.wantsRoomOf(one)).isFalse();

    Put put = waits(two, 500);

    assertThat(budget.lacksRoom()).isTrue();
    assertThat(budget.wantsRoomOf(one)).isTrue();
    budget.cancel(put);
    budget.serve();
    assertThat(budget.lacksRoom()).isFalse();
    assertThat(budget.wantsRoomOf(one)).isFalse();
  }

  @Test
  void wantsRoomOf_someoneLacksItsShare_isItsStreamAlone() {
    granted(one, 880);
    granted(two, 5);
    waits(one, 10);

    assertThat(budget.wantsRoomOf(one)).isTrue();
    assertThat(budget.wantsRoomOf(two)).isFalse();
  }

  @Test
  void missed_lacksTheRoomOfAll_roomIsWantedUntilItWouldFit() {
    granted(one, 500);
    granted(one, 100);
    granted(one, 280);

    assertThat(budget.missed(two, 500)).as("news").isTrue();
    assertThat(budget.missed(two, 500)).as("news again").isFalse();
    assertThat(budget.wantsRoomOf(one)).isTrue();

    budget.release(one, 280, 1);
    assertThat(budget.wantsRoomOf(one)).as("500 do not fit beside 600").isTrue();
    budget.release(one, 100, 1);
    assertThat(budget.wantsRoomOf(one)).as("500 fit beside 500").isFalse();
  }

  @Test
  void missed_lacksItsShare_roomIsWantedOfItsStreamUntilItWouldFit() {
    granted(one, 500);
    granted(one, 380);

    assertThat(budget.missed(one, 10)).as("news").isTrue();
    assertThat(budget.missed(one, 10)).as("news again").isFalse();

    assertThat(budget.wantsRoomOf(one)).isTrue();
    assertThat(budget.wantsRoomOf(two)).isFalse();
    budget.release(one, 380, 1);
    assertThat(budget.wantsRoomOf(one)).isFalse();
  }

  @Test
  void missed_heldBackByDeliveryAlone_wantsNoRoom() {
    fillUndelivered();

    assertThat(budget.missed(one, 10)).isFalse();
    assertThat(budget.wantsRoomOf(one)).isFalse();
  }
}
