// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import io.kpl4j.internal.record.AdmissionBudget.Account;
import io.kpl4j.internal.record.AdmissionBudget.Deferred;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * Waiters without a thread: whatever callers, the loop and a close do at once is what some order of
 * their calls would have done. Nobody is granted and given up, or granted and refused; and of one
 * stream nobody is admitted before one who came earlier.
 */
@Param(name = "bytes", gen = IntGen.class, conf = "1:5")
public class DeferredAdmissionLincheckTest {

  private static final int MAX_BYTES = 8;

  private final AdmissionBudget budget = new AdmissionBudget(MAX_BYTES, 6, 100);
  private final Account stream = new Account();

  /** Those in line that the loop has seen. The loop's own, as all that follows. */
  private final Deque<Put> line = new ArrayDeque<>();

  private final Deque<Put> appended = new ArrayDeque<>();
  private final Deque<Integer> held = new ArrayDeque<>();

  private static final class Put extends Deferred {
    final int bytes;

    Put(Account account, int bytes) {
      super(account, bytes, false);
      this.bytes = bytes;
    }

    @Override
    public void tellLoop() {}

    @Override
    public void granted(long nowNanos) {}
  }

  /** Lincheck makes one for each run: with some waiting, and something to give back. */
  public DeferredAdmissionLincheckTest() {
    budget.tryAcquire(stream, 6, false);
    held.add(6);
    for (int bytes : new int[] {3, 1}) {
      Put put = new Put(stream, bytes);
      budget.acquireLater(put);
      line.add(put);
    }
  }

  /** One caller, whose order is to be kept: it puts, or lets the record wait. */
  @Operation(nonParallelGroup = "caller")
  public boolean tryAcquire(@Param(name = "bytes") int bytes) {
    return budget.tryAcquire(stream, bytes, false);
  }

  @Operation(nonParallelGroup = "caller")
  public boolean acquireLater(@Param(name = "bytes") int bytes) {
    return budget.acquireLater(new Put(stream, bytes));
  }

  /** A verdict. */
  @Operation(nonParallelGroup = "loop")
  public int release() {
    Integer bytes = held.poll();
    return bytes == null ? -1 : budget.release(stream, bytes, 1).size();
  }

  /** The loop takes one, and appends it. */
  @Operation(nonParallelGroup = "loop")
  public int take() {
    Put taken = (Put) budget.takeNext();
    if (taken == null) {
      return -1;
    }
    line.remove(taken);
    appended.add(taken);
    held.add(taken.bytes);
    budget.appended(taken);
    return taken.bytes;
  }

  /** The time of the first in line is over. */
  @Operation(nonParallelGroup = "loop")
  public String timeOut() {
    Put first = line.poll();
    return first == null ? "nobody" : budget.cancel(first) + " " + first.state();
  }

  @Operation
  public int close() {
    return budget.close().size();
  }

  @Operation
  public long heldBytes() {
    return budget.heldBytes();
  }

  @Validate
  public void permitsAddUp() {
    long bytes = budget.heldBytes();
    long loops = held.stream().mapToInt(Integer::intValue).sum();
    // What a caller was granted at once is not in the loop's hands here.
    if (bytes < loops || bytes > MAX_BYTES) {
      throw new IllegalStateException("held " + bytes + ", the loop " + loops);
    }
    for (Put put : appended) {
      if (put.state() != Waiter.State.GRANTED) {
        throw new IllegalStateException("appended, but " + put.state());
      }
    }
    for (Put put : line) {
      if (put.state() == Waiter.State.GRANTED) {
        throw new IllegalStateException("granted, but not taken");
      }
    }
  }

  @Test
  void modelChecking_everyOrder_isLinearizable() {
    new ModelCheckingOptions()
        .iterations(8)
        .invocationsPerIteration(100)
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(2)
        .check(DeferredAdmissionLincheckTest.class);
  }
}
