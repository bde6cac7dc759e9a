// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import io.kpl4j.RecordResult;
import io.kpl4j.aggregation.HashKey;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The callers of one producer in a random run: what they put, and what they do with the futures.
 */
final class RandomCallers {

  private final Simulation run;
  private final Chance chance;
  private final List<String> streams;

  RandomCallers(Simulation run, Chance chance, List<String> streams) {
    this.run = run;
    this.chance = chance;
    this.streams = streams;
  }

  void make() {
    int puts = chance.any(50, 200, 600);
    boolean inBursts = chance.percent(30);
    boolean meddlers = chance.percent(30);
    for (int i = 0; i < puts; i++) {
      long at = inBursts ? chance.below(4) * SECOND : chance.below(RandomRun.BUSY_NANOS);
      Call call = new Call();
      Runnable after = afterwards();
      run.time.after(at, () -> call.put(after));
      if (meddlers && chance.percent(10)) {
        int how = chance.below(3);
        run.time.after(at + chance.below(SECOND / 2), () -> call.meddle(how));
      }
    }
  }

  /** What is done when the record completes. */
  private Runnable afterwards() {
    if (chance.percent(90)) {
      return () -> {};
    }
    Call again = new Call();
    return switch (chance.below(4)) {
      case 0 -> () -> again.put(() -> {});
      case 1 -> () -> again.put(() -> new Call().put(() -> {}));
      case 2 ->
          () -> {
            if (!run.ended()) {
              var unused = run.flush();
            }
          };
      default ->
          () -> {
            run.kinesis.faults.count(Faults.Kind.CALLBACK_THREW);
            throw new StagedFault("thrown by a callback");
          };
    };
  }

  /** One record as a caller decided on it. */
  private final class Call {
    private final String stream = streams.get(chance.below(streams.size()));
    private final String key = "key-" + chance.below(chance.any(1, 10, 1_000));
    private final int size =
        chance.percent(3) ? chance.below(9_500) : chance.below(chance.any(20, 200, 1_000));
    private final String explicit =
        chance.percent(20) ? HashKey.of(chance.anyLong(), chance.anyLong()).toDecimal() : "";
    private @Nullable SimulatedPut made;

    void put(Runnable callback) {
      SimulatedPut put =
          explicit.isEmpty() ? run.put(stream, key, size) : run.put(stream, key, explicit, size);
      put.callback = callback;
      made = put;
    }

    void meddle(int how) {
      SimulatedPut put = made;
      CompletableFuture<RecordResult> future = put == null ? null : put.future;
      if (put == null || future == null || future.isDone()) {
        return;
      }
      run.kinesis.faults.count(Faults.Kind.FUTURE_MEDDLED);
      put.meddled = true;
      switch (how) {
        case 0 -> future.cancel(true);
        case 1 -> future.completeExceptionally(new StagedFault("completed by its caller"));
        default -> future.obtrudeException(new StagedFault("completed by its caller"));
      }
    }
  }
}
