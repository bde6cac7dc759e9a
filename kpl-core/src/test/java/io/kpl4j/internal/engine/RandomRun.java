// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import io.kpl4j.KeyOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A run whose producers, their configurations, callers, faults and reshards all follow from one
 * seed.
 */
final class RandomRun {

  /** Until then callers put and things go wrong; afterwards all is to come to its end. */
  static final long BUSY_NANOS = 4 * SECOND;

  final Chance chance;
  final VirtualTime time = new VirtualTime();
  final KinesisModel kinesis;

  /** Whether a stream is made anew. */
  final boolean anew;

  /** Whether the records of a key keep their order, on all streams. */
  final KeyOrder keyOrder;

  private final List<RandomProducer> producers = new ArrayList<>();
  private final List<String> streams = new ArrayList<>();

  RandomRun(long seed) {
    this(seed, KeyOrder.NONE);
  }

  RandomRun(long seed, KeyOrder keyOrder) {
    this.keyOrder = keyOrder;
    this.chance = new Chance(seed);
    this.kinesis = new KinesisModel(time, new SplittableRandom(~seed));
    makeStreams();
    this.anew = chance.percent(6);
    // The further producers' seeds tell whose run it is that fails.
    for (int i = chance.any(0, 0, 0, 1, 2); i >= 0; i--) {
      producers.add(new RandomProducer(seed + i * 1_000_000_000_000L, this));
    }
  }

  private void makeStreams() {
    for (int i = chance.any(1, 1, 2, 3); i > 0; i--) {
      streams.add("stream-" + i);
      kinesis.create("stream-" + i, chance.any(1, 2, 5, 8));
    }
  }

  /** Plays it, and answers what each producer came to. */
  List<Outcome> play() {
    for (RandomProducer producer : producers) {
      new RandomCallers(producer.run, chance, streams).make();
      producer.makeFlushes(streams);
      producer.makeGaps(producers);
      producer.makeSessions();
      producer.makeClose();
    }
    RandomWeather weather = new RandomWeather(this, producers, streams);
    weather.make();
    if (anew) {
      weather.makeAnew();
    }
    List<KeyOrderCheck> checks = keyOrder == KeyOrder.NONE ? List.of() : checksOfOrder();
    Simulation first = producers.get(0).run;
    first.run(10 * SECOND);
    first.runUntil("each stream is there again", 240 * SECOND, () -> !weather.gone());
    List<Outcome> outcomes = producers.stream().map(RandomProducer::finish).toList();
    checks.forEach(KeyOrderCheck::check);
    return outcomes;
  }

  private List<KeyOrderCheck> checksOfOrder() {
    List<KeyOrderCheck> checks = new ArrayList<>();
    for (RandomProducer producer : producers) {
      KeyOrderCheck check = new KeyOrderCheck(producer.run);
      check.resumeNowAndThen(chance);
      checks.add(check);
    }
    return checks;
  }
}
