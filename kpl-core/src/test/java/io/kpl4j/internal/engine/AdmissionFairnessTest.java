// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.AdmissionPolicy;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One of two streams is wholly throttled, and its callers push without end. */
class AdmissionFairnessTest {

  private static final int SECONDS = 12;

  /** What came of a healthy stream in a second. */
  private record Rate(double records, double kinesisRecords) {}

  /** With a buffer of 4 MiB a throttled stream leaves so little that memory limits the rate. */
  @ParameterizedTest
  @CsvSource({
    "BLOCK, 1000, 16", "BLOCK, 100, 16", "BLOCK, 1000, 4",
    "ASYNC, 1000, 16", "ASYNC, 100, 16", "ASYNC, 1000, 4",
    "FAIL, 1000, 4", "DROP, 1000, 4"
  })
  void stream_besideOneThatIsThrottledAndPushed_keepsNineTenthsOfItsRateAlone(
      AdmissionPolicy policy, int sizeBytes, int bufferMiB) {
    Rate alone = rate(policy, sizeBytes, bufferMiB, false);
    Rate beside = rate(policy, sizeBytes, bufferMiB, true);

    System.out.printf(
        "%s, %d bytes, buffer of %d MiB: alone %s, beside a throttled stream %s%n",
        policy, sizeBytes, bufferMiB, alone, beside);
    assertThat(beside.records).isGreaterThanOrEqualTo(0.9 * alone.records);
  }

  private static Rate rate(
      AdmissionPolicy policy, int sizeBytes, int bufferMiB, boolean besideAThrottled) {
    SimulationSettings settings = new SimulationSettings();
    settings.policy = policy;
    settings.bufferBytes = (long) bufferMiB << 20;
    settings.ttlNanos = Long.MAX_VALUE;
    settings.maxRequests = 24;
    settings.checkEvery = 5_000;
    Simulation run = new Simulation(settings);
    run.kinesis.create("healthy", 2);
    run.kinesis.create("throttled", 2);
    throttle(run);
    run.warmUp("healthy");
    run.warmUp("throttled");

    PushingCallers healthy = new PushingCallers(run, "healthy", 8, 8, sizeBytes).start();
    if (besideAThrottled) {
      new PushingCallers(run, "throttled", 8, 8, sizeBytes).start();
    }
    run.run(SECOND);
    long from = run.time.nowNanos();
    int before = kinesisRecords(run);
    run.run(SECONDS * SECOND);
    return new Rate(
        (double) healthy.stored(from, run.time.nowNanos()) / SECONDS,
        (double) (kinesisRecords(run) - before) / SECONDS);
  }

  private static void throttle(Simulation run) {
    // Its first shards have the ids of the healthy stream's: their children have not.
    List.copyOf(run.kinesis.shards("throttled"))
        .forEach(shard -> run.kinesis.split("throttled", shard));
    run.kinesis
        .openShards("throttled")
        .forEach(shard -> run.kinesis.weather.throttledShards.add(shard.id));
  }

  private static int kinesisRecords(Simulation run) {
    return run.kinesis.shards("healthy").stream().mapToInt(shard -> shard.stored.size()).sum();
  }
}
