// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.UserRecord;
import io.kpl4j.internal.engine.Weather.CallFault;
import io.kpl4j.internal.record.PendingRecord;
import java.math.BigInteger;
import java.util.List;
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

  /** What is sealed makes a full call, though nothing is due for a minute. */
  @Test
  void backlogThatIsNotDue_afterAPause_goesAsSoonAsThePauseIsOver() {
    settings.lingerNanos = 60 * SECOND;
    settings.ttlNanos = 600 * SECOND;
    settings.maxRequests = 1;
    settings.maxAttempts = 1;
    settings.ratePercent = 100_000;
    settings.adaptiveRate = false;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 4);
    run.warmUp("s");
    run.kinesis.weather.callFaults = 1;
    run.kinesis.weather.faults = List.of(CallFault.HTTP_500);
    for (int i = 0; i < 200; i++) {
      run.put("s", "key-" + i, 50_000);
    }

    run.run(15 * SECOND);

    assertThat(run.puts.stream().filter(put -> !put.done()))
        .as("less than a call")
        .hasSizeLessThan(25);
  }

  /** A caller may hold its permit for a moment before it appends; then the loop is told. */
  @Test
  void recordAppendedAfterACloseHasBegun_isSentAtOnceWhateverTheLinger() {
    settings.lingerNanos = 20 * SECOND;
    settings.checkEvery = Integer.MAX_VALUE;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", 1);
    run.warmUp("s");
    Intake intake = new Intake(run.budget, run.context.settings());
    UserRecord record = UserRecord.of("s", "key", SimulatedPut.payload(run.kinesis.nextPut(), 100));
    Intake.Tried tried =
        intake.tryAdmit(
            intake.check(record, any -> run.stream("s")), any -> run.stream("s"), false);
    assertThat(tried.admitted()).isTrue();

    run.close(10 * SECOND);
    run.run(SECOND);
    PendingRecord pending = intake.append(tried.checked(), run.time.nowNanos());

    run.runUntil("the record is stored", SECOND, pending::isDone);
    assertThat(pending).isCompleted();
  }
}
