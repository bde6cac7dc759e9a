// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.engine.SharedShard.Figures;
import io.kpl4j.internal.engine.SharedShard.Producer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Producers that know nothing of each other on one shard, each saturated, each with the whole
 * pipeline, in virtual time.
 */
class AdaptivePacingTest {

  private static final long MINUTE = 60 * SECOND;

  private static Figures judged(String what, SharedShard shard) {
    Figures figures = shard.run(2 * MINUTE).count().run(10 * MINUTE).figures();
    System.out.println(what + ": " + figures);
    return figures;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void eightProducers_saturatedWith25KiBAggregates_shareTheShardAndAreSeldomThrottled(long seed) {
    Figures figures = judged("8 producers, seed " + seed, new SharedShard(seed).joinAggregating(8));

    assertThat(figures.meanRecordBytes).isBetween(25_000.0, 25_600.0);
    assertThat(figures.bytesOfCapacity).isGreaterThan(0.9);
    assertThat(figures.leastOfFairShare).isGreaterThan(0.5);
    assertThat(figures.throttled).isLessThan(0.02);
  }

  @Test
  void oneProducer_alone_fillsTheShard() {
    Figures figures = judged("1 producer", new SharedShard(1).joinAggregating(1));

    assertThat(figures.bytesOfCapacity).isGreaterThan(0.95);
    assertThat(figures.throttled).isLessThan(0.02);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void fewProducers_saturated_shareTheShard(int producers) {
    Figures figures =
        judged(producers + " producers", new SharedShard(1).joinAggregating(producers));

    assertThat(figures.bytesOfCapacity).isGreaterThan(0.9);
    assertThat(figures.leastOfFairShare).isGreaterThan(0.5);
    assertThat(figures.throttled).isLessThan(0.02);
  }

  @Test
  void eightProducers_ofRawRecordsOf1KiB_shareTheShardByRecords() {
    SharedShard shard = new SharedShard(1);
    for (int i = 0; i < 8; i++) {
      SimulationSettings settings = shard.settings();
      settings.aggregation = false;
      shard.join(settings, 1_000, 200);
    }
    Figures figures = judged("8 producers of 1 KiB records", shard);

    assertThat(figures.recordsOfCapacity).isGreaterThan(0.9);
    assertThat(figures.leastOfFairShare).isGreaterThan(0.5);
    assertThat(figures.throttled).isLessThan(0.02);
  }

  @Test
  void producer_thatJoinsLate_getsItsShare() {
    SharedShard shard = new SharedShard(1).joinAggregating(7);
    shard.run(2 * MINUTE);
    Producer late = shard.join(shard.settings(), SharedShard.AGGREGATED_BYTES, 60);
    Figures first = shard.count().run(MINUTE).figures();
    System.out.println("the first minute of a late one: " + first);

    Figures figures = shard.count().run(5 * MINUTE).figures();
    System.out.println("five minutes after: " + figures);

    assertThat(first.throttled).isLessThan(0.05);
    assertThat(late.acceptedBytes / 300.0 / SharedShard.SHARD_BYTES_PER_SECOND * 8)
        .isBetween(0.5, 2.0);
    assertThat(figures.leastOfFairShare).isGreaterThan(0.5);
    assertThat(figures.throttled).isLessThan(0.025);
  }
}
