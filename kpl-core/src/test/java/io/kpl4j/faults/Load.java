// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import io.kpl4j.KinesisProducer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Callers that put at a steady pace until every fault has struck and enough was put. Thread-safe.
 */
final class Load {

  private static final int CALLERS = 2;
  private static final int BURST = 10;
  private static final long PAUSE_NANOS = 10_000_000;
  private static final int LEAST_RECORDS = 300;
  private static final int MOST_RECORDS = 6_000;
  private static final int KEYS = 100;

  private final KinesisProducer producer;
  private final BooleanSupplier allMet;
  private final Queue<SentRecord> sent = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();

  private Load(KinesisProducer producer, BooleanSupplier allMet) {
    this.producer = producer;
    this.allMet = allMet;
  }

  /** Puts, and answers what was accepted. */
  static List<SentRecord> run(KinesisProducer producer, BooleanSupplier allMet)
      throws InterruptedException {
    Load load = new Load(producer, allMet);
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      int caller = i;
      callers.add(new Thread(() -> load.put(caller), "caller-" + i));
    }
    callers.forEach(Thread::start);
    for (Thread caller : callers) {
      caller.join();
    }
    Throwable thrown = load.refused.get();
    if (thrown != null) {
      throw new AssertionError("a record was refused", thrown);
    }
    return new ArrayList<>(load.sent);
  }

  private void put(int caller) {
    try {
      for (int i = 0; i < MOST_RECORDS && (i < LEAST_RECORDS || !allMet.getAsBoolean()); ) {
        for (int burst = 0; burst < BURST; burst++, i++) {
          sent.add(put(caller, i));
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (RuntimeException | Error thrown) {
      refused.set(thrown);
    }
  }

  /** Of 20 to 220 bytes, each with a text of its own. */
  private SentRecord put(int caller, int number) {
    String text = "caller " + caller + " record " + number + " ".repeat(number * 37 % 200);
    return SentRecord.put(producer, FaultScene.STREAM, "user-" + number % KEYS, text);
  }
}
