// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordResult;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts lines, one record each, as fast as the producer takes them, and keeps none: the answers go
 * to the ledger. Confined to one thread, but for the answers.
 */
final class Sender {

  private static final long WAIT_NANOS = 10_000_000L;

  private final KinesisProducer producer;
  private final String stream;
  private final Ledger ledger;

  Sender(KinesisProducer producer, String stream, Ledger ledger) {
    this.producer = producer;
    this.stream = stream;
    this.ledger = ledger;
  }

  /**
   * Puts all lines, or those until a record fails or there is a reason to stop.
   *
   * @param lines what to put
   * @param stop whether to stop
   * @param wait whether to put nothing for now
   * @throws DemoException if a line cannot be read, or the producer takes no more
   */
  void send(LineSource lines, BooleanSupplier stop, BooleanSupplier wait) {
    Line line = lines.next();
    while (line != null && ledger.failedCount() == 0 && !stop.getAsBoolean()) {
      while (wait.getAsBoolean() && !stop.getAsBoolean()) {
        LockSupport.parkNanos(WAIT_NANOS);
      }
      send(line);
      line = lines.next();
    }
  }

  private void send(Line line) {
    long hash = LineHash.of(line.partitionKey(), ByteBuffer.wrap(line.data()));
    int bytes = line.data().length;
    ledger.sent();
    try {
      var unused =
          producer
              .put(stream, line.partitionKey(), line.data())
              .whenComplete((result, failure) -> completed(hash, bytes, result, failure));
    } catch (RecordRefusedException e) {
      ledger.refused();
      throw refused(e);
    }
  }

  private DemoException refused(RecordRefusedException refusal) {
    return DemoException.failed(
        "the producer takes no more records: " + refusal.getMessage(), refusal);
  }

  /** Exactly one of result and failure is there. */
  private void completed(
      long hash, int bytes, @Nullable RecordResult result, @Nullable Throwable failure) {
    if (result != null) {
      long placed =
          LineHash.placed(
              hash, result.shardId(), result.sequenceNumber(), result.subSequenceNumber());
      int copies = result.mayBeDuplicated() ? result.attemptCount() - 1 : 0;
      ledger.acknowledged(hash, placed, bytes, copies);
    } else if (failure instanceof RecordFailedException known) {
      int copies = known.mayBeStored() ? known.attemptCount() : 0;
      ledger.failed(hash, copies, known.reason() + " (" + known.getMessage() + ")");
    } else {
      ledger.failed(hash, 0, String.valueOf(failure));
    }
  }
}
