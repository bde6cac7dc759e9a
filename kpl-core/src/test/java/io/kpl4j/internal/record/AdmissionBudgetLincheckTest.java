// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Each call of the budget takes effect at one moment: whatever callers do at once is what some
 * order of their calls would have done, and the permits held add up. A caller is a thread with one
 * waiter at most; callers share two streams.
 */
@Param(name = "bytes", gen = IntGen.class, conf = "1:5")
@Param(name = "caller", gen = ThreadIdGen.class)
public class AdmissionBudgetLincheckTest {

  private static final int MAX_BYTES = 8;
  private static final int MAX_RECORDS = 6;
  private static final int CALLERS = 8;

  private final AdmissionBudget budget = new AdmissionBudget(MAX_BYTES, MAX_RECORDS, 100);
  private final Account[] streams = {new Account(), new Account()};
  private final Caller[] callers = new Caller[CALLERS];

  /** What one thread holds and waits for. Confined to it. */
  private static final class Caller {
    final Deque<Integer> held = new ArrayDeque<>();
    @Nullable Waiter waiter;
    int asked;
  }

  /** Lincheck makes one for each run. */
  public AdmissionBudgetLincheckTest() {
    for (int i = 0; i < CALLERS; i++) {
      callers[i] = new Caller();
    }
    // Those who run at the same time hold something from the start, so that they can give it back.
    for (int i = 0; i < 3; i++) {
      acquire(i, 2);
    }
  }

  private Account stream(int caller) {
    return streams[caller % 2];
  }

  @Operation
  public String acquire(@Param(name = "caller") int caller, @Param(name = "bytes") int bytes) {
    Caller self = callers[caller];
    if (self.waiter != null) {
      return look(caller);
    }
    Waiter waiter = budget.acquire(stream(caller), bytes, false);
    if (waiter == null) {
      self.held.push(bytes);
      return "granted at once";
    }
    self.waiter = waiter;
    self.asked = bytes;
    return "asked";
  }

  /** What a parked caller sees when it wakes. */
  @Operation
  public String look(@Param(name = "caller") int caller) {
    Caller self = callers[caller];
    if (self.waiter == null) {
      return "idle";
    }
    Waiter.State state = self.waiter.state();
    if (state != Waiter.State.WAITING) {
      self.waiter = null;
      if (state == Waiter.State.GRANTED) {
        self.held.push(self.asked);
      }
    }
    return state.name();
  }

  @Operation
  public int release(@Param(name = "caller") int caller) {
    Integer bytes = callers[caller].held.poll();
    return bytes == null ? -1 : budget.release(stream(caller), bytes, 1).size();
  }

  @Operation
  public String cancel(@Param(name = "caller") int caller) {
    Caller self = callers[caller];
    if (self.waiter == null) {
      return "idle";
    }
    boolean cancelled = budget.cancel(self.waiter);
    self.waiter = null;
    if (!cancelled) {
      self.held.push(self.asked);
    }
    return cancelled ? "holds nothing" : "was granted";
  }

  @Operation
  public int serve() {
    return budget.serve().size();
  }

  @Operation
  public int close() {
    return budget.close().size();
  }

  @Validate
  public void permitsAddUp() {
    long bytes = 0;
    long records = 0;
    for (int i = 0; i < CALLERS; i++) {
      look(i);
      bytes += callers[i].held.stream().mapToInt(Integer::intValue).sum();
      records += callers[i].held.size();
    }
    if (bytes != budget.heldBytes() || records != budget.heldRecords()) {
      throw new IllegalStateException("held " + budget.heldBytes() + ", callers hold " + bytes);
    }
    if (bytes > MAX_BYTES || records > MAX_RECORDS) {
      throw new IllegalStateException("holds " + bytes + " bytes, " + records + " records");
    }
  }

  @Test
  void modelChecking_everyOrder_isLinearizable() {
    new ModelCheckingOptions()
        .iterations(4)
        .invocationsPerIteration(100)
        .threads(2)
        .actorsPerThread(2)
        .actorsBefore(0)
        .actorsAfter(1)
        .check(AdmissionBudgetLincheckTest.class);
  }
}
