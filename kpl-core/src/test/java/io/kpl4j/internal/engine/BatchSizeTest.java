// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.batch.BatchLimits;
import io.kpl4j.internal.batch.PutRecordsBatch;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the calls of the whole pipeline are like under load. */
class BatchSizeTest {

  private static final long KIB = 1 << 10;

  private final SimulationSettings settings = new SimulationSettings();
  private final List<PutRecordsBatch> batches = new ArrayList<>();

  private Simulation simulation(int shards) {
    settings.bufferBytes = 512 << 20;
    settings.ttlNanos = Long.MAX_VALUE;
    settings.checkEvery = 50_000;
    settings.maxRequests = 24;
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    run.warmUp("s");
    return run;
  }

  /** Looks at a second of calls, after one of load; returns their mean size. */
  private long meanKib(Simulation run, int recordsPerSecond, int size) {
    for (int i = 0; i < recordsPerSecond * 2; i++) {
      String key = "key-" + i;
      run.time.after(i * SECOND / recordsPerSecond, () -> run.put("s", key, size));
    }
    run.kinesis.remembering = false;
    run.run(SECOND);
    run.client.watch((batch, nowNanos) -> batches.add(batch));
    run.run(SECOND);
    long mean = batches.stream().mapToLong(PutRecordsBatch::sizeBytes).sum() / batches.size() / KIB;
    System.out.printf(
        "%d records of %d bytes a second on %d shards: %d calls of %d KiB%n",
        recordsPerSecond, size, run.kinesis.shards("s").size(), batches.size(), mean);
    return mean;
  }

  @Test
  void load_belowTheLimitsOfTheShards_makesCallsOfAboutOneMiB() {
    assertThat(meanKib(simulation(32), 10_000, 2_000)).isBetween(768L, 1_024L);
  }

  @Test
  void load_withoutAggregation_makesCallsOfAboutOneMiB() {
    settings.aggregation = false;
    assertThat(meanKib(simulation(32), 8_000, 2_500)).isBetween(850L, 1_024L);
  }

  @Test
  void load_beyondTheLimitsOfTheShards_makesCallsOfAboutOneMiB() {
    assertThat(meanKib(simulation(64), 16_000, 5_000)).isBetween(850L, 1_024L);
  }

  @Test
  void load_beyondTheLimitsWithoutAggregation_makesCallsOfAboutOneMiB() {
    settings.aggregation = false;
    assertThat(meanKib(simulation(64), 16_000, 5_000)).isBetween(800L, 1_024L);
  }

  /** Tokens come to all shards at once, fifty times a second. */
  @Test
  void load_beyondTheLimitsOfFewShards_makesFewCalls() {
    settings.aggregation = false;
    meanKib(simulation(4), 8_000, 1_000);

    assertThat(batches.size()).isLessThan(120);
  }

  private static String hashKey(int shard, int shards) {
    return BigInteger.ONE
        .shiftLeft(128)
        .multiply(BigInteger.valueOf(shard))
        .divide(BigInteger.valueOf(shards))
        .toString();
  }

  private static Map<String, Long> bytesByShard(PutRecordsBatch batch) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (KinesisRecord record : batch.records()) {
      bytes.merge("" + record.sentTo(), (long) record.sizeBytes(), Long::sum);
    }
    return bytes;
  }

  @Test
  void hotShard_besideOthersThatHaveSomething_takesAQuarterOfACallAtMost() {
    Simulation run = simulation(8);
    run.client.watch((batch, nowNanos) -> batches.add(batch));
    for (int i = 0; i < 200; i++) {
      run.put("s", "hot", hashKey(0, 8), 5_000);
    }
    for (int shard = 1; shard < 8; shard++) {
      for (int i = 0; i < 40; i++) {
        run.put("s", "cold", hashKey(shard, 8), 5_000);
      }
    }
    run.finish(5 * SECOND);

    assertThat(bytesByShard(batches.get(0))).hasSizeGreaterThan(3);
    for (PutRecordsBatch batch : batches) {
      Map<String, Long> bytes = bytesByShard(batch);
      if (bytes.size() > 1) {
        assertThat(bytes.values()).allMatch(share -> share <= BatchLimits.SHARD_BYTES);
      }
    }
  }

  @Test
  void hotShard_aloneWithSomethingToSend_takesTheWholeCall() {
    Simulation run = simulation(8);
    run.client.watch((batch, nowNanos) -> batches.add(batch));
    for (int i = 0; i < 190; i++) {
      run.put("s", "hot", hashKey(0, 8), 5_000);
    }
    run.finish(5 * SECOND);

    assertThat(batches.stream().mapToLong(PutRecordsBatch::sizeBytes).max().orElseThrow())
        .isGreaterThan(900 * KIB);
  }

  @Test
  void hotShard_withARecordLargerThanTheShare_sendsThatOneBesideOthers() {
    Simulation run = simulation(2);
    run.client.watch((batch, nowNanos) -> batches.add(batch));
    run.put("s", "hot", hashKey(0, 2), 400_000);
    run.put("s", "hot", hashKey(0, 2), 400_000);
    run.put("s", "cold", hashKey(1, 2), 1_000);
    run.finish(5 * SECOND);

    List<PutRecordsBatch> shared =
        batches.stream().filter(batch -> bytesByShard(batch).size() > 1).toList();
    assertThat(shared).isNotEmpty();
    for (PutRecordsBatch batch : shared) {
      assertThat(batch.records().stream().filter(record -> record.sizeBytes() > 300_000))
          .hasSizeLessThanOrEqualTo(1);
    }
  }
}
