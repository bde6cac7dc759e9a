// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import io.kpl4j.KeyOrder;

/**
 * One story in which every holder of a record has records for a while, with a fault somewhere in
 * it. Confined to one test.
 */
final class FaultStory {

  static final int CALL_RECORDS = 4;
  static final int AGGREGATE_RECORDS = 8;
  private static final int RECORDS = 300;

  final Injection injection;
  final Simulation run;

  FaultStory(Injection injection) {
    this(injection, KeyOrder.NONE);
  }

  FaultStory(Injection injection, KeyOrder order) {
    this.injection = injection;
    SimulationSettings settings = new SimulationSettings();
    settings.ports = injection;
    settings.events = injection.events();
    settings.eventsGuarded = false;
    settings.keyOrder = order;
    settings.lingerNanos = 40 * MILLI;
    settings.ttlNanos = 60 * SECOND;
    settings.patienceNanos = 40 * SECOND;
    settings.maxRequests = 3;
    // So that it is asked for some times.
    settings.describeIntervalNanos = 200 * MILLI;
    settings.batchRecords = CALL_RECORDS;
    settings.aggregationMaxCount = AGGREGATE_RECORDS;
    settings.rejectPercent = 10;
    settings.checkEvery = 5;
    run = new Simulation(settings);
    run.kinesis.create("s", 2);
  }

  /** Plays all but the end. */
  void play() {
    Weather weather = run.kinesis.weather;
    weather.latencyNanos = 20 * MILLI;
    weather.listNanos = 60 * MILLI;
    // At first there is no map.
    weather.listDenied = true;
    at(250, () -> weather.listDenied = false);
    for (int i = 0; i < RECORDS; i++) {
      String key = "key-" + i % 100;
      at(i * 4L, () -> run.put("s", key, 60));
    }
    // Throttled aggregates are in their lanes when their shards are split.
    at(500, () -> weather.throttledEntries = 1);
    at(600, () -> run.kinesis.splitAny("s"));
    at(640, () -> weather.throttledEntries = 0.1);
    // Replies name shards whose range is not known yet.
    at(800, () -> run.kinesis.doubleShards("s", 10 * MILLI));
    at(1_000, () -> run.kinesis.halveShards("s", 0));
    run.run(1_500 * MILLI);
  }

  private void at(long millis, Runnable act) {
    run.time.after(millis * MILLI, act);
  }
}
