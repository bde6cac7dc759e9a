// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * No message is slept through: when all is quiet and the loop sleeps, whatever is due before it
 * means to wake has been read, or the loop has been woken.
 */
public class InboxLincheckTest {

  private static final long SLEEP_UNTIL = 50;

  /** The earliest due of what was offered and not read. */
  private final AtomicLong offered = new AtomicLong(Long.MAX_VALUE);

  private final AtomicBoolean woken = new AtomicBoolean();
  private final Inbox inbox = new Inbox(() -> woken.set(true));
  private final Inbox.Message message =
      new Inbox.Message() {
        @Override
        void run(long nowNanos) {
          offered.set(Long.MAX_VALUE);
        }
      };
  private boolean asleep;

  /** Lincheck makes one for each run. */
  public InboxLincheckTest() {}

  @Operation
  public void offerEarly() {
    offer(1);
  }

  @Operation
  public void offerLate() {
    offer(100);
  }

  private void offer(long dueNanos) {
    offered.accumulateAndGet(dueNanos, Math::min);
    inbox.offer(message, dueNanos);
  }

  /** As the loop does it, up to where it would park. */
  @Operation(nonParallelGroup = "loop")
  public void turn() {
    inbox.awake();
    woken.set(false);
    drain();
    asleep = inbox.fallAsleep(SLEEP_UNTIL);
  }

  private void drain() {
    inbox.drainTo(read -> read.run(0));
  }

  @Validate
  public void nothingIsSleptThrough() {
    if (asleep && !woken.get() && offered.get() < SLEEP_UNTIL) {
      throw new IllegalStateException("slept through a message");
    }
    drain();
    if (offered.get() != Long.MAX_VALUE) {
      throw new IllegalStateException("a message was never read");
    }
  }

  @Test
  void modelChecking_offersAgainstFallingAsleep_loseNoWakeUp() {
    new ModelCheckingOptions()
        .iterations(30)
        .invocationsPerIteration(250)
        .threads(3)
        .actorsPerThread(1)
        .actorsBefore(0)
        .actorsAfter(0)
        .check(InboxLincheckTest.class);
  }

  @Test
  void stress_offersAgainstFallingAsleep_loseNoWakeUp() {
    new StressOptions()
        .iterations(10)
        .invocationsPerIteration(500)
        .threads(3)
        .actorsPerThread(3)
        .check(InboxLincheckTest.class);
  }
}
