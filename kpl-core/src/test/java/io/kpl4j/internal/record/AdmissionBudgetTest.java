// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionBudgetTest {

  private static final long ROOM = 1_000;

  private final AdmissionBudget budget = new AdmissionBudget(ROOM, 1_000, 10);
  private final Account one = new Account();
  private final Account two = new Account();
  private final Account three = new Account();

  private Waiter waits(Account account, long bytes) {
    Waiter waiter = requireNonNull(budget.acquire(account, bytes, false), "granted at once");
    assertThat(waiter.state()).isEqualTo(Waiter.State.WAITING);
    return waiter;
  }

  private void granted(Account account, long bytes) {
    assertThat(budget.acquire(account, bytes, false)).as("permit of %s bytes", bytes).isNull();
  }

  @Test
  void acquire_room_isGrantedAndCounted() {
    granted(one, 300);

    assertThat(budget.heldBytes()).isEqualTo(300);
    assertThat(budget.heldRecords()).isEqualTo(1);
    assertThat(budget.outstandingRecords()).isEqualTo(1);
    assertThat(budget.wantsRoomOf(one)).isFalse();
  }

  @Test
  void acquire_wholeBudgetByFirstRecordOfAStream_isGranted() {
    granted(one, ROOM);

    assertThat(waits(two, 1).thread()).isNull();
    assertThat(budget.wantsRoomOf(one)).isTrue();
  }

  @Test
  void release_severalWaitersFit_wakesAllInOrder() {
    granted(one, ROOM);
    Waiter first = waits(two, 100);
    Waiter second = waits(two, 100);

    assertThat(budget.release(one, ROOM, 1)).containsExactly(first, second);
    assertThat(first.state()).isEqualTo(Waiter.State.GRANTED);
    assertThat(budget.heldBytes()).isEqualTo(200);
    assertThat(budget.wantsRoomOf(two)).isFalse();
  }

  @Test
  void release_oneStream_servesFirstInFirstOut() {
    granted(one, ROOM);
    Waiter large = waits(two, 800);
    Waiter small = waits(two, 300);

    assertThat(budget.release(one, ROOM, 1)).containsExactly(large);
    assertThat(small.state()).isEqualTo(Waiter.State.WAITING);
  }

  @Test
  void release_severalStreams_servesThemInTurn() {
    granted(one, ROOM);
    Waiter twosFirst = waits(two, 100);
    Waiter twosSecond = waits(two, 100);
    Waiter twosThird = waits(two, 100);
    Waiter threesFirst = waits(three, 100);
    Waiter threesSecond = waits(three, 100);

    assertThat(budget.release(one, ROOM, 1))
        .containsExactly(twosFirst, threesFirst, twosSecond, threesSecond, twosThird);
  }

  @Test
  void acquire_sameStreamHasWaiter_queuesBehindIt() {
    granted(one, 900);
    granted(two, 50);
    Waiter first = waits(two, 400);

    Waiter second = waits(two, 10);

    assertThat(budget.release(one, 900, 1)).containsExactly(first, second);
  }

  @Test
  void acquire_aLargeRecordWaitsForRoom_smallOnesDoNotOvertakeIt() {
    granted(one, 500);
    granted(one, 300);
    Waiter large = waits(two, 400);

    Waiter small = waits(three, 10);

    assertThat(budget.release(one, 500, 1)).containsExactly(large, small);
  }

  @Test
  void acquire_streamHoldsEightTimesWhatIsFree_waitsWhileOthersGoOn() {
    granted(one, 800);
    granted(one, 88);
    // 889 held would leave 111 free, 8 x 111 = 888.
    Waiter hog = waits(one, 1);

    granted(two, 10);

    assertThat(hog.state()).isEqualTo(Waiter.State.WAITING);
    assertThat(budget.release(two, 10, 1)).isEmpty();
    assertThat(budget.release(one, 800, 1)).containsExactly(hog);
  }

  @Test
  void acquire_streamShareInRecords_isExact() {
    AdmissionBudget small = new AdmissionBudget(ROOM, 9, 10);
    for (int i = 0; i < 8; i++) {
      assertThat(small.acquire(one, 1, false)).as("record %s", i).isNull();
    }

    assertThat(small.acquire(one, 1, false)).as("a ninth of nine").isNotNull();
    assertThat(small.acquire(two, 1, false)).as("the last place, for another stream").isNull();
  }

  @Test
  void acquire_fifteenBytesHeldAndOneFree_isMoreThanEightTimes() {
    AdmissionBudget small = new AdmissionBudget(16, 1_000, 10);
    assertThat(small.acquire(one, 14, false)).isNull();

    assertThat(small.acquire(one, 1, false)).isNotNull();
  }

  @Test
  void acquire_undeliveredAtBound_waitsUntilDelivered() {
    granted(one, 100);
    for (int i = 0; i < 9; i++) {
      granted(one, 1);
    }
    assertThat(budget.settle(one, 109, 10, 10)).isEmpty();
    assertThat(budget.heldRecords()).isZero();
    assertThat(budget.outstandingRecords()).isEqualTo(10);

    Waiter waiter = waits(two, 1);

    assertThat(budget.delivered(1, 1)).containsExactly(waiter);
  }

  @Test
  void acquire_completionThread_isNotHeldBackByUndelivered() {
    granted(one, 10);
    budget.settle(one, 10, 1, 1);
    fillUndelivered(9);

    assertThat(budget.acquire(two, 1, true)).isNull();
  }

  @Test
  void acquire_completionThreadBehindOthersThatWaitForDelivery_isGrantedAtOnce() {
    fillUndelivered(10);
    waits(one, 1);

    assertThat(budget.acquire(two, 1, true)).as("a callback that puts must get on").isNull();
  }

  @Test
  void acquire_completionThreadBehindItsOwnStream_isGrantedAtOnce() {
    fillUndelivered(10);
    Waiter other = waits(one, 1);

    assertThat(budget.acquire(one, 1, true)).isNull();

    assertThat(other.state()).isEqualTo(Waiter.State.WAITING);
    assertThat(budget.delivered(1, 1)).containsExactly(other);
  }

  @Test
  void settle_completionThreadWaitedForBytes_isServedThoughDeliveryHoldsOthersBack() {
    AdmissionBudget narrow = new AdmissionBudget(ROOM, 1_000, 1);
    assertThat(narrow.acquire(three, ROOM, false)).isNull();
    Waiter held = narrow.acquire(one, 1, false);
    Waiter exempt = narrow.acquire(two, 1, true);

    assertThat(narrow.settle(three, ROOM, 1, 1)).containsExactly(exempt);
    assertThat(narrow.delivered(1, 1)).containsExactly(held);
  }

  private void fillUndelivered(int records) {
    for (int i = 0; i < records; i++) {
      assertThat(budget.acquire(three, 1, true)).isNull();
      budget.settle(three, 1, 1, 1);
    }
  }

  @Test
  void cancel_waiting_holdsNothingAndFreesThoseBehind() {
    granted(one, 900);
    Waiter large = waits(two, 500);
    Waiter small = waits(three, 50);

    assertThat(budget.cancel(large)).isTrue();
    assertThat(large.state()).isEqualTo(Waiter.State.CANCELLED);
    assertThat(budget.serve()).containsExactly(small);
    assertThat(budget.heldBytes()).isEqualTo(950);
    assertThat(budget.wantsRoomOf(two)).isFalse();
  }

  @Test
  void cancel_grantedBefore_saysThatThePermitIsTheCallers() {
    granted(one, ROOM);
    Waiter waiter = waits(two, 10);
    budget.release(one, ROOM, 1);

    assertThat(budget.cancel(waiter)).isFalse();
    assertThat(waiter.state()).isEqualTo(Waiter.State.GRANTED);
    assertThat(budget.heldBytes()).isEqualTo(10);
  }

  @Test
  void cancel_twiceOrRefused_holdsNothing() {
    granted(one, ROOM);
    Waiter cancelled = waits(two, 10);
    Waiter refused = waits(two, 10);
    budget.cancel(cancelled);
    budget.close();

    assertThat(budget.cancel(cancelled)).isTrue();
    assertThat(budget.cancel(refused)).isTrue();
    assertThat(refused.state()).isEqualTo(Waiter.State.REFUSED);
  }

  @Test
  void close_waiters_areRefusedAndEveryoneAfter() {
    granted(one, ROOM);
    Waiter first = waits(two, 10);
    Waiter second = waits(three, 10);

    assertThat(budget.close()).containsExactly(first, second);
    assertThat(first.state()).isEqualTo(Waiter.State.REFUSED);
    assertThat(budget.wantsRoomOf(two)).isFalse();
    Waiter late = requireNonNull(budget.acquire(two, 1, false));
    assertThat(late.state()).isEqualTo(Waiter.State.REFUSED);
    assertThat(budget.release(one, ROOM, 1)).isEmpty();
    assertThat(budget.heldBytes()).isZero();
    assertThat(budget.close()).isEmpty();
  }

  @Test
  void release_moreThanHeld_isAFaultOfOurs() {
    granted(one, 10);

    assertThatThrownBy(() -> budget.release(one, 11, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("more given back than held");
  }

  /** Whatever happens, the ledger holds, and whoever waits is served once all is given back. */
  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void anySequence_ledgerHoldsAndNobodyIsForgotten(long seed) {
    Random random = new Random(seed);
    Ledger ledger = new Ledger(random);
    for (int step = 0; step < 4_000; step++) {
      ledger.step();
      ledger.check();
    }
    ledger.giveAllBack();
    ledger.check();
    assertThat(ledger.waiting).isEmpty();
    assertThat(ledger.bytes).isZero();
  }

  private static final class Ledger {
    private record Held(Account account, long bytes) {}

    private record Asked(Waiter waiter, Held held) {}

    private final AdmissionBudget budget = new AdmissionBudget(ROOM, 12, 5);
    private final List<Account> accounts = List.of(new Account(), new Account(), new Account());
    private final List<Held> held = new ArrayList<>();
    private final List<Asked> waiting = new ArrayList<>();
    private final Random random;
    private long bytes;
    private long undelivered;

    Ledger(Random random) {
      this.random = random;
    }

    void step() {
      switch (random.nextInt(6)) {
        case 0, 1, 2 -> acquire();
        case 3 -> giveBack(random.nextBoolean());
        case 4 -> deliver();
        default -> cancel();
      }
    }

    private void acquire() {
      Held asked =
          new Held(
              accounts.get(random.nextInt(3)),
              1 + random.nextInt(random.nextInt(10) == 0 ? (int) ROOM : 200));
      Waiter waiter = budget.acquire(asked.account, asked.bytes, random.nextInt(4) == 0);
      if (waiter == null) {
        hold(asked);
      } else {
        waiting.add(new Asked(waiter, asked));
      }
    }

    private void giveBack(boolean settled) {
      if (held.isEmpty()) {
        return;
      }
      Held back = held.remove(random.nextInt(held.size()));
      bytes -= back.bytes;
      undelivered += settled ? 1 : 0;
      granted(
          settled
              ? budget.settle(back.account, back.bytes, 1, 1)
              : budget.release(back.account, back.bytes, 1));
    }

    private void deliver() {
      if (undelivered > 0) {
        undelivered--;
        granted(budget.delivered(1, 1));
      }
    }

    private void cancel() {
      if (!waiting.isEmpty()) {
        Asked asked = waiting.remove(random.nextInt(waiting.size()));
        assertThat(budget.cancel(asked.waiter)).isTrue();
        granted(budget.serve());
      }
    }

    private void granted(List<Waiter> waiters) {
      for (Waiter waiter : waiters) {
        Asked asked =
            waiting.stream().filter(each -> each.waiter == waiter).findFirst().orElseThrow();
        waiting.remove(asked);
        hold(asked.held);
      }
    }

    private void hold(Held asked) {
      held.add(asked);
      bytes += asked.bytes;
    }

    void giveAllBack() {
      while (!held.isEmpty() || undelivered > 0) {
        giveBack(false);
        deliver();
      }
    }

    void check() {
      assertThat(budget.heldBytes()).isEqualTo(bytes).isBetween(0L, ROOM);
      assertThat(budget.heldRecords()).isEqualTo(held.size()).isBetween(0L, 12L);
      assertThat(budget.outstandingRecords()).isEqualTo(held.size() + undelivered);
      assertThat(accounts.stream().anyMatch(budget::wantsRoomOf)).isEqualTo(!waiting.isEmpty());
      assertThat(waiting).allMatch(asked -> asked.waiter.state() == Waiter.State.WAITING);
    }
  }
}
