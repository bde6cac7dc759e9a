// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Prints what a program is told: values as they name themselves, exceptions in full. Stateless. */
final class Told {

  private Told() {}

  static void say(Object what) {
    System.out.println(what);
  }

  /** Does it, and says what came of it. */
  static void of(Supplier<?> action) {
    try {
      say(action.get());
    } catch (RuntimeException thrown) {
      thrown.printStackTrace(System.out);
      for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
        if (cause instanceof RecordFailedException failed) {
          say(failed.reason() + " after " + failed.attempts() + ": " + failed.userRecord());
        } else if (cause instanceof RecordRefusedException refused) {
          say(refused.reason() + ": " + refused.userRecord());
        }
      }
    }
  }

  /** Puts all of them, and says what becomes of each. */
  static void ofPutting(KinesisProducer producer, List<UserRecord> records) {
    ofPutting(producer, records, () -> {});
  }

  /**
   * Puts all of them, and says what becomes of each.
   *
   * @param before done when they are put, before their answers are waited for
   */
  static void ofPutting(KinesisProducer producer, List<UserRecord> records, Runnable before) {
    List<CompletableFuture<RecordResult>> accepted = new ArrayList<>();
    for (UserRecord record : records) {
      say(record);
      of(() -> accepted.add(producer.put(record)));
    }
    before.run();
    for (CompletableFuture<RecordResult> future : accepted) {
      // A callback that throws what it is told.
      var unused =
          future.exceptionally(
              failure -> {
                throw new CompletionException(failure);
              });
      of(future::join);
    }
  }
}
