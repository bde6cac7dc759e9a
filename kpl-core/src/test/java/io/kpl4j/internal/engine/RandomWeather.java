// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import io.kpl4j.FailureReason;
import io.kpl4j.internal.engine.Weather.CallFault;
import java.util.ArrayList;
import java.util.List;

/** What goes wrong in the service, and on the way to it, in a random run. */
final class RandomWeather {

  private final KinesisModel kinesis;
  private final VirtualTime time;
  private final Chance chance;
  private final List<RandomProducer> producers;
  private boolean gone;
  private final List<String> streams;
  private final Weather weather;

  RandomWeather(RandomRun run, List<RandomProducer> producers, List<String> streams) {
    this.kinesis = run.kinesis;
    this.time = run.time;
    this.chance = run.chance;
    this.producers = producers;
    this.streams = streams;
    this.weather = kinesis.weather;
  }

  void make() {
    makeFaultsOfEntries();
    makeFaultsOfCalls();
    makeFaultsOfReplies();
    makeRefusals();
    makePoison();
    makeFaultsOfListings();
    makeReshards();
  }

  private void ambiguous() {
    producers.forEach(RandomProducer::mayBeAmbiguous);
  }

  private void allow(FailureReason reason) {
    producers.forEach(producer -> producer.allowed.add(reason));
  }

  private void sometime(Runnable act) {
    time.after(chance.below(RandomRun.BUSY_NANOS), act);
  }

  private void during(Runnable begin, Runnable end) {
    long from = chance.below(RandomRun.BUSY_NANOS);
    time.after(from, begin);
    time.after(from + chance.below(5 * SECOND), end);
  }

  private void makeFaultsOfEntries() {
    if (chance.percent(40)) {
      double share = chance.any(0.05, 0.5, 1.0);
      during(() -> weather.throttledEntries = share, () -> weather.throttledEntries = 0);
    }
    if (chance.percent(30)) {
      ambiguous();
      double share = chance.any(0.05, 0.5);
      during(() -> weather.failedEntries = share, () -> weather.failedEntries = 0);
    }
  }

  private void makeFaultsOfCalls() {
    if (chance.percent(40)) {
      List<CallFault> faults = new ArrayList<>();
      for (CallFault fault : CallFault.values()) {
        if (chance.percent(30)) {
          faults.add(fault);
          if (fault.ambiguous()) {
            ambiguous();
          }
        }
      }
      weather.faults = faults;
      double share = faults.isEmpty() ? 0 : chance.any(0.05, 0.3, 1.0);
      during(() -> weather.callFaults = share, () -> weather.callFaults = 0);
    }
    if (chance.percent(15)) {
      ambiguous();
      during(() -> weather.dead = true, () -> weather.dead = false);
    }
  }

  /** Replies out of their order, twice, or beside an exception. */
  private void makeFaultsOfReplies() {
    if (chance.percent(25)) {
      // The slowest of them come when their calls were given up.
      ambiguous();
      double share = chance.any(0.1, 0.5);
      during(() -> weather.stragglers = share, () -> weather.stragglers = 0);
    }
    if (chance.percent(25)) {
      weather.repliesTwice = chance.any(0.1, 1.0);
    }
    if (chance.percent(15)) {
      ambiguous();
      double share = chance.any(0.1, 0.5);
      during(() -> weather.senderThrows = share, () -> weather.senderThrows = 0);
    }
    weather.jitterNanos = chance.any(5, 5, 100) * MILLI;
  }

  private void makeRefusals() {
    if (chance.percent(10)) {
      during(() -> weather.credentialsWrong = true, () -> weather.credentialsWrong = false);
    }
    if (chance.percent(4)) {
      allow(FailureReason.NO_SUCH_STREAM);
      during(() -> weather.missing = true, () -> weather.missing = false);
    }
    if (chance.percent(4)) {
      allow(FailureReason.ACCESS_DENIED);
      during(() -> weather.denied = true, () -> weather.denied = false);
    }
  }

  private void makePoison() {
    if (chance.percent(15)) {
      weather.poison = true;
      allow(FailureReason.INVALID);
      for (int i = chance.below(5); i >= 0; i--) {
        RandomProducer producer = producers.get(chance.below(producers.size()));
        String stream = streams.get(chance.below(streams.size()));
        sometime(() -> producer.run.put(stream, "poison", 50));
      }
    }
  }

  private void makeFaultsOfListings() {
    if (chance.percent(60)) {
      return;
    }
    // A shard's range is asked for every 30 s at worst.
    producers.forEach(producer -> producer.settings.patienceNanos = 50 * SECOND);
    if (chance.percent(40)) {
      double share = chance.any(0.5, 1.0);
      during(() -> weather.listFailures = share, () -> weather.listFailures = 0);
    }
    if (chance.percent(30)) {
      double share = chance.any(0.5, 1.0);
      during(() -> weather.listHoles = share, () -> weather.listHoles = 0);
    }
    if (chance.percent(30)) {
      weather.listNanos = chance.any(500, 3_000) * MILLI;
    }
    if (chance.percent(15)) {
      weather.listDenied = true;
      during(() -> {}, () -> weather.listDenied = false);
    }
    if (chance.percent(30)) {
      weather.listLagNanos = chance.any(200, 2_000) * MILLI;
    }
    if (chance.percent(20)) {
      weather.listsPerSecond = chance.any(0.2, 1.0);
    }
  }

  /** By another actor than the producers. */
  private void makeReshards() {
    for (int i = chance.any(0, 0, 1, 3, 8); i > 0; i--) {
      String stream = streams.get(chance.below(streams.size()));
      long stepNanos = chance.any(0, 50, 500) * MILLI;
      switch (chance.below(10)) {
        case 0 -> sometime(() -> kinesis.doubleShards(stream, stepNanos));
        case 1, 2 -> sometime(() -> kinesis.halveShards(stream, stepNanos));
        case 3, 4, 5 -> sometime(() -> kinesis.mergeAny(stream));
        default -> sometime(() -> kinesis.splitAny(stream));
      }
    }
  }

  /** Whether a stream is deleted and not yet made again: until it is, its producers are asked. */
  boolean gone() {
    return gone;
  }

  /** A stream is deleted and made again, its shards named as before and cut otherwise. */
  void makeAnew() {
    allow(FailureReason.NO_SUCH_STREAM);
    allow(FailureReason.EXPIRED);
    // What lies on a shard of the old stream cannot be judged any more.
    allow(FailureReason.PLACEMENT_UNKNOWN);
    // So may be what an old call stored, whose reply comes when the new stream is known.
    ambiguous();
    String stream = streams.get(chance.below(streams.size()));
    int shards = chance.any(1, 2, 3, 8);
    sometime(
        () -> {
          kinesis.delete(stream);
          gone = true;
          long deletedNanos = time.nowNanos();
          time.after(SECOND, () -> makeAgain(stream, shards, deletedNanos));
        });
  }

  /** Once everyone knows that it is gone: otherwise nobody could tell the one from the other. */
  private void makeAgain(String stream, int shards, long deletedNanos) {
    List<Simulation> unaware =
        producers.stream()
            .map(producer -> producer.run)
            .filter(run -> run.streams.containsKey(stream) && !run.ended())
            .filter(run -> run.client.lastMissedNanos(stream) <= deletedNanos)
            .toList();
    if (unaware.isEmpty()) {
      kinesis.create(stream, shards);
      gone = false;
      // The shards have their names, but are others, and their lanes have full tokens.
      producers.forEach(producer -> producer.run.tokens.stopChecking());
    } else {
      unaware.forEach(run -> run.put(stream, "probe", 20));
      time.after(SECOND, () -> makeAgain(stream, shards, deletedNanos));
    }
  }
}
