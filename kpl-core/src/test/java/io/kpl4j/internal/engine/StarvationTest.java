// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import java.math.BigInteger;
import org.junit.jupiter.api.Test;

/** Nothing that may go waits for a deadline that has nothing to do with it. */
class StarvationTest {

  private final SimulationSettings settings = new SimulationSettings();

  /** Slots are what lacks: there is always a full call of what is sealed. */
  @Test
  void recordOfACalmShard_besideMoreThanTheSlotsTake_waitsNoLongerThanTheOthers() {
    settings.maxRequests = 1;
    settings.bufferBytes = 16 << 20;
    settings.ttlNanos = 20 * SECOND;
    settings.checkEvery = 500;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 8);
    run.warmUp("s");
    run.kinesis.weather.latencyNanos = 500 * MILLI;
    BigInteger shard = BigInteger.ONE.shiftLeft(125);
    for (int i = 0; i < 2_000; i++) {
      String hashKey = shard.multiply(BigInteger.valueOf(i % 7)).toString();
      run.time.after(i * (10 * MILLI), () -> run.put("s", "hot", hashKey, 40_000));
    }
    run.run(5 * SECOND);

    String calm = shard.multiply(BigInteger.valueOf(7)).toString();
    SimulatedPut alone = run.put("s", "calm", calm, 100);
    run.runUntil("the record of the calm shard is stored", 10 * SECOND, alone::succeeded);
  }
}
