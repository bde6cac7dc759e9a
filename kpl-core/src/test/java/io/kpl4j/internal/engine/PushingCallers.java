// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.AdmissionPolicy;
import java.util.ArrayList;
import java.util.List;

/**
 * Callers that put to one stream without end: each puts again as soon as its last record is
 * accepted or refused. Confined to the simulation.
 */
final class PushingCallers {

  private static final long TICK_NANOS = 500_000;

  private final Simulation run;
  private final String stream;
  private final int sizeBytes;
  private final int perTick;
  private final List<SimulatedPut> puts = new ArrayList<>();
  private final SimulatedPut[] last;
  private long next;
  private boolean stopped;

  /**
   * Creates callers that do not put yet.
   *
   * @param callers how many threads there are
   * @param perTick how many records each puts in half a millisecond if nothing holds it up
   */
  PushingCallers(Simulation run, String stream, int callers, int perTick, int sizeBytes) {
    this.run = run;
    this.stream = stream;
    this.sizeBytes = sizeBytes;
    this.perTick = perTick;
    this.last = new SimulatedPut[callers];
  }

  PushingCallers start() {
    for (int caller = 0; caller < last.length; caller++) {
      tick(caller);
    }
    return this;
  }

  void stop() {
    stopped = true;
  }

  private void tick(int caller) {
    if (stopped) {
      return;
    }
    for (int i = 0; i < perTick && !waits(caller); i++) {
      SimulatedPut put = run.put(stream, "key-" + next++ % 997, sizeBytes);
      last[caller] = put;
      puts.add(put);
      if (put.refused || put.failure != null) {
        // The buffer is full: a caller that can go on looks again in a moment.
        break;
      }
    }
    run.time.after(TICK_NANOS, () -> tick(caller));
  }

  private boolean waits(int caller) {
    SimulatedPut put = last[caller];
    return run.settings.policy == AdmissionPolicy.BLOCK
        && put != null
        && !put.accepted()
        && !put.refused;
  }

  List<SimulatedPut> puts() {
    return puts;
  }

  /** How many records were stored in the time between. */
  long stored(long fromNanos, long toNanos) {
    return puts.stream()
        .filter(SimulatedPut::succeeded)
        .filter(put -> put.completedNanos >= fromNanos && put.completedNanos < toNanos)
        .count();
  }
}
