// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Deferred;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The end of accounts, and the lock that every call gives back. */
class AdmissionAccountTest {

  private final AdmissionBudget budget = new AdmissionBudget(1_000, 100, 10);
  private final Account account = new Account();

  private static final class Asking extends Deferred {
    Asking(Account account) {
      super(account, 10, false);
    }

    @Override
    public void tellLoop() {}

    @Override
    public void granted(long nowNanos) {}
  }

  @Test
  void retire_unused_refusesEveryoneFromNowOn() {
    assertThat(budget.retired(account)).isFalse();

    assertThat(budget.retire(account)).isTrue();

    assertThat(budget.retired(account)).isTrue();
    assertThat(budget.tryAcquire(account, 10, false)).isFalse();
    assertThat(Objects.requireNonNull(budget.acquire(account, 10, false)).state())
        .isEqualTo(Waiter.State.RETIRED);
    assertThat(budget.acquireLater(new Asking(account))).isFalse();
    assertThat(budget.heldRecords()).isZero();
  }

  @Test
  void retire_permitHeld_changesNothing() {
    assertThat(budget.tryAcquire(account, 10, false)).isTrue();

    assertThat(budget.retire(account)).isFalse();

    assertThat(budget.retired(account)).isFalse();
    assertThat(budget.tryAcquire(account, 10, false)).isTrue();
  }

  @Test
  void retire_somebodyWaits_changesNothing() {
    assertThat(budget.acquireLater(new Asking(account))).isTrue();

    assertThat(budget.retire(account)).isFalse();

    assertThat(budget.takeNext()).isNotNull();
  }

  @Test
  void missed_forRoomOrAShare_isWantedUntilItWouldFit() {
    Account other = new Account();
    assertThat(budget.tryAcquire(account, 900, false)).isTrue();
    assertThat(budget.missed(account, 100)).as("more than eight times what is free").isTrue();
    assertThat(budget.wantsRoomOf(account)).isTrue();
    assertThat(budget.wantsRoomOf(other)).isFalse();
    assertThat(budget.missed(account, 100)).as("known").isFalse();
    assertThat(budget.missed(other, 101)).as("more than is free").isTrue();
    assertThat(budget.lacksRoom()).isTrue();

    budget.release(account, 1, 0);

    assertThat(budget.lacksRoom()).as("101 are free").isFalse();
    budget.release(account, 12, 0);
    assertThat(budget.wantsRoomOf(account)).as("987 of 1,000 with it").isTrue();
    budget.release(account, 99, 0);
    assertThat(budget.wantsRoomOf(account)).as("888 with it, and 112 free").isFalse();
  }

  static Stream<Arguments> calls() {
    return Stream.of(
        call("acquire", (budget, account) -> budget.acquire(account, 10, false)),
        call("tryAcquire", (budget, account) -> budget.tryAcquire(account, 10, false)),
        call("acquireLater", (budget, account) -> budget.acquireLater(new Asking(account))),
        call("takeNext", (budget, account) -> budget.takeNext()),
        call("appended", (budget, account) -> budget.appended(new Asking(account))),
        call("missed", (budget, account) -> budget.missed(account, 10)),
        call("release", (budget, account) -> budget.release(account, 0, 0)),
        call("settle", (budget, account) -> budget.settle(account, 0, 0, 0)),
        call("undelivered", (budget, account) -> budget.undelivered(1, 1)),
        call("delivered", (budget, account) -> budget.delivered(0, 0)),
        call("cancel", (budget, account) -> budget.cancel(new Asking(account))),
        call("serve", (budget, account) -> budget.serve()),
        call("retire", (budget, account) -> budget.retire(account)),
        call("retired", (budget, account) -> budget.retired(account)),
        call("close", (budget, account) -> budget.close()));
  }

  private static Arguments call(String name, BiConsumer<AdmissionBudget, Account> call) {
    return Arguments.of(name, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void everyCall_returned_hasGivenTheLockBack(
      String name, BiConsumer<AdmissionBudget, Account> call) throws Exception {
    call.accept(budget, account);

    assertThat(CompletableFuture.supplyAsync(budget::heldRecords).get(30, SECONDS)).isNotNull();
  }
}
