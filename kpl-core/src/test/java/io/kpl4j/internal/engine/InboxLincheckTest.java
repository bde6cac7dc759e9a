// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.junit.jupiter.api.Test;

/**
 * No message is slept through: when all is quiet and the loop sleeps, whatever is due before it
 * means to wake has been read, or the loop has been woken.
 */
@Param(name = "message", gen = IntGen.class, conf = "0:1")
@Param(name = "due", gen = IntGen.class, conf = "1:4")
public class InboxLincheckTest {

  private static final int MESSAGES = 2;

  /** The earliest due of what was offered and not read. */
  private final AtomicLongArray offered = new AtomicLongArray(MESSAGES);

  private final Inbox inbox = new Inbox(() -> this.woken = true);
  private final Inbox.Message[] messages = new Inbox.Message[MESSAGES];
  private volatile boolean woken;
  private boolean asleep;
  private long wakesAt;

  /** Lincheck makes one for each run. */
  public InboxLincheckTest() {
    for (int i = 0; i < MESSAGES; i++) {
      int self = i;
      offered.set(i, Long.MAX_VALUE);
      messages[i] =
          new Inbox.Message() {
            @Override
            void run(long nowNanos) {
              offered.set(self, Long.MAX_VALUE);
            }
          };
    }
  }

  @Operation
  public void offer(@Param(name = "message") int message, @Param(name = "due") int due) {
    offered.accumulateAndGet(message, due, Math::min);
    inbox.offer(messages[message], due);
  }

  /** As the loop does it, up to where it would park. */
  @Operation(nonParallelGroup = "loop")
  public void turn(@Param(name = "due") int sleepUntil) {
    inbox.awake();
    woken = false;
    inbox.drainTo(message -> message.run(0));
    wakesAt = sleepUntil;
    asleep = inbox.fallAsleep(sleepUntil);
  }

  @Validate
  public void nothingIsSleptThrough() {
    for (int i = 0; i < MESSAGES; i++) {
      if (asleep && !woken && offered.get(i) < wakesAt) {
        throw new IllegalStateException(
            "sleeps until " + wakesAt + " through a message due at " + offered.get(i));
      }
    }
    inbox.drainTo(message -> message.run(0));
    for (int i = 0; i < MESSAGES; i++) {
      if (offered.get(i) != Long.MAX_VALUE) {
        throw new IllegalStateException("a message was never read");
      }
    }
  }

  @Test
  void modelChecking_offersAgainstFallingAsleep_loseNoWakeUp() {
    new ModelCheckingOptions()
            .iterations(40)
            .invocationsPerIteration(1_000)
            .threads(3)
            .actorsPerThread(2)
        .check(InboxLincheckTest.class);
  }

  @Test
  void stress_offersAgainstFallingAsleep_loseNoWakeUp() {
    new StressOptions()
            .iterations(20)
            .invocationsPerIteration(2_000)
            .threads(3)
            .actorsPerThread(3)
        .check(InboxLincheckTest.class);
  }
}
