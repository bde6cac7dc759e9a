// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.shard.ShardMap;
import io.kpl4j.internal.shard.ShardRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoutesTest {

  private static final HashKey QUARTER = HashKey.of(1L << 62, 0);
  private static final HashKey HALF = HashKey.of(1L << 63, 0);
  private static final ShardRange LOWER =
      new ShardRange("lower", HashKey.MIN, HALF.previous(), true);
  private static final ShardRange UPPER = new ShardRange("upper", HALF, HashKey.MAX, true);

  private final ShardBuffer only = Fixtures.buffer("none", Fixtures.LIMITS);
  private final Routes none = Routes.withoutMap(only);

  private static ShardMap map(ShardRange... ranges) {
    return ShardMap.covering(List.of(ranges)).orElseThrow();
  }

  private static Routes next(Routes routes, ShardRange... ranges) {
    return routes.next(map(ranges), id -> Fixtures.buffer(id, Fixtures.LIMITS));
  }

  @Test
  void bufferFor_withoutMap_isTheOnlyOne() {
    assertThat(none.map()).isNull();
    assertThat(none.bufferFor(HashKey.MIN)).isSameAs(only);
    assertThat(none.bufferFor(HashKey.MAX)).isSameAs(only);
  }

  @Test
  void next_firstMap_carriesNothingOver() {
    Routes routes = next(none, LOWER, UPPER);

    assertThat(routes.buffers()).hasSize(2).doesNotContain(only);
    assertThat(routes.bufferFor(HALF.previous()).shardId()).isEqualTo("lower");
    assertThat(routes.bufferFor(HALF).shardId()).isEqualTo("upper");
  }

  @Test
  void next_split_carriesTheUnchangedShardOver() {
    Routes before = next(none, LOWER, UPPER);

    Routes after =
        next(
            before,
            new ShardRange("a", HashKey.MIN, QUARTER, true),
            new ShardRange("b", QUARTER.next(), HALF.previous(), true),
            UPPER);

    assertThat(after.buffers()).hasSize(3);
    assertThat(after.bufferFor(HALF)).isSameAs(before.bufferFor(HALF));
    assertThat(before.buffers()).as("routes do not change").hasSize(2);
    assertThat(after.bufferFor(QUARTER).shardId()).isEqualTo("a");
    assertThat(after.bufferFor(QUARTER.next()).shardId()).isEqualTo("b");
  }

  @Test
  void next_sameIdWithOtherBounds_isANewBuffer() {
    Routes before = next(none, LOWER, UPPER);

    Routes after =
        next(
            before,
            new ShardRange("lower", HashKey.MIN, QUARTER, true),
            new ShardRange("upper", QUARTER.next(), HashKey.MAX, true));

    assertThat(after.buffers()).doesNotContainAnyElementsOf(before.buffers());
  }

  @Test
  void next_sameBoundsWithAnotherId_isANewBuffer() {
    Routes before = next(none, LOWER, UPPER);

    Routes after = next(before, LOWER, new ShardRange("again", HALF, HashKey.MAX, true));

    assertThat(after.bufferFor(HashKey.MIN)).isSameAs(before.bufferFor(HashKey.MIN));
    assertThat(after.bufferFor(HALF)).isNotSameAs(before.bufferFor(HALF));
  }
}
