// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.aggregation.HashKey;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardMapTest {

  private static final BigInteger RING = BigInteger.TWO.pow(128);
  private static final HashKey HALF = HashKey.of(1L << 63, 0);

  private static ShardRange shard(String id, HashKey start, HashKey end) {
    return new ShardRange(id, start, end, true);
  }

  private static ShardRange closed(String id, HashKey start, HashKey end) {
    return new ShardRange(id, start, end, false);
  }

  private static HashKey key(BigInteger value) {
    return HashKey.parse(value.toString());
  }

  static Stream<Arguments> notCovering() {
    ShardRange all = shard("all", HashKey.MIN, HashKey.MAX);
    ShardRange lower = shard("lower", HashKey.MIN, HALF.previous());
    ShardRange upper = shard("upper", HALF, HashKey.MAX);
    return Stream.of(
        Arguments.of("empty", List.of()),
        Arguments.of("only closed", List.of(closed("c", HashKey.MIN, HashKey.MAX))),
        Arguments.of("hole at the start", List.of(upper)),
        Arguments.of("hole at the end", List.of(lower)),
        Arguments.of("hole between", List.of(lower, shard("u", HALF.next(), HashKey.MAX))),
        Arguments.of("overlap by one", List.of(lower, shard("u", HALF.previous(), HashKey.MAX))),
        Arguments.of("one inside another", List.of(all, shard("i", HALF, HALF))),
        Arguments.of(
            "the whole ring twice", List.of(all, shard("again", HashKey.MIN, HashKey.MAX))),
        Arguments.of("halves and the whole", List.of(lower, upper, all)),
        Arguments.of("parent open beside its children", List.of(all, lower, upper)),
        Arguments.of("two shards of one id", List.of(lower, shard("lower", HALF, HashKey.MAX))),
        Arguments.of("turned round", List.of(lower, shard("u", HALF, HALF.previous()), upper)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("notCovering")
  void covering_notTheRingExactlyOnce_isEmpty(String name, List<ShardRange> listed) {
    assertThat(ShardMap.covering(listed)).as(name).isEmpty();
  }

  @Test
  void covering_closedShardsAmongThem_leavesThemOut() {
    ShardMap map =
        ShardMap.covering(
                List.of(
                    shard("upper", HALF, HashKey.MAX),
                    closed("parent", HashKey.MIN, HashKey.MAX),
                    shard("lower", HashKey.MIN, HALF.previous())))
            .orElseThrow();

    assertThat(map.ranges()).extracting(ShardRange::shardId).containsExactly("lower", "upper");
    assertThat(map.find(HALF).shardId()).isEqualTo("upper");
    assertThat(map.find(HALF.previous()).shardId()).isEqualTo("lower");
  }

  @Test
  void sameShards_sameIdsAndBounds_whateverTheirOrder() {
    ShardRange lower = shard("lower", HashKey.MIN, HALF.previous());
    ShardRange upper = shard("upper", HALF, HashKey.MAX);
    ShardMap map = ShardMap.covering(List.of(lower, upper)).orElseThrow();

    assertThat(map.sameShards(ShardMap.covering(List.of(upper, lower)).orElseThrow())).isTrue();
    assertThat(
            map.sameShards(
                ShardMap.covering(List.of(lower, shard("other", HALF, HashKey.MAX))).orElseThrow()))
        .isFalse();
    assertThat(
            map.sameShards(
                ShardMap.covering(List.of(shard("lower", HashKey.MIN, HashKey.MAX))).orElseThrow()))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25})
  void find_randomPartition_isWhatAScanFinds(long seed) {
    Random random = new Random(seed);
    List<ShardRange> ranges = partition(random, 1 + random.nextInt(70));
    List<ShardRange> shuffled = new ArrayList<>(ranges);
    Collections.shuffle(shuffled, random);
    ShardMap map = ShardMap.covering(shuffled).orElseThrow();

    assertThat(map.ranges()).isEqualTo(ranges);
    for (ShardRange range : ranges) {
      assertThat(map.find(range.start())).isEqualTo(range);
      assertThat(map.find(range.end())).isEqualTo(range);
    }
    for (int i = 0; i < 500; i++) {
      BigInteger value = new BigInteger(128, random);
      assertThat(map.find(key(value))).isEqualTo(scan(ranges, value));
    }
  }

  /** Against counting, for each place where a shard begins or ends, how many hold it. */
  @ParameterizedTest
  @ValueSource(longs = {31, 32, 33, 34, 35, 36})
  void covering_damagedPartition_isAMapIfEachPlaceIsInOneShardAndEachIdIsOneShards(long seed) {
    Random random = new Random(seed);
    int maps = 0;
    for (int turn = 0; turn < 2_000; turn++) {
      List<ShardRange> listed = partition(random, 1 + random.nextInt(6));
      for (int damages = random.nextInt(3); damages > 0; damages--) {
        damage(listed, random);
      }
      Collections.shuffle(listed, random);

      boolean covers = coversOnce(listed);
      assertThat(ShardMap.covering(listed).isPresent()).as("%s", listed).isEqualTo(covers);
      maps += covers ? 1 : 0;
    }
    assertThat(maps).as("both happen").isBetween(200, 1_800);
  }

  private static void damage(List<ShardRange> listed, Random random) {
    int at = random.nextInt(listed.size());
    ShardRange one = listed.get(at);
    ShardRange other = listed.get(random.nextInt(listed.size()));
    HashKey middle = key(new BigInteger(128, random));
    switch (random.nextInt(8)) {
      case 0 -> listed.add(closed("closed", one.start(), other.end()));
      case 1 -> listed.set(at, closed(one.shardId(), one.start(), one.end()));
      case 2 -> listed.set(at, shard(one.shardId(), middle, one.end()));
      case 3 -> listed.set(at, shard(one.shardId(), one.start(), middle));
      case 4 -> listed.add(one);
      case 5 -> listed.set(at, shard(other.shardId(), one.start(), one.end()));
      case 6 -> listed.add(shard("more", one.start(), other.end()));
      default -> {
        if (one.contains(middle, middle) && !middle.equals(one.start())) {
          listed.set(at, shard(one.shardId(), one.start(), middle.previous()));
          listed.add(shard("split-" + listed.size() + "-" + one.shardId(), middle, one.end()));
        }
      }
    }
  }

  private static boolean coversOnce(List<ShardRange> listed) {
    List<ShardRange> open = listed.stream().filter(ShardRange::open).toList();
    List<BigInteger> places =
        new ArrayList<>(List.of(BigInteger.ZERO, RING.subtract(BigInteger.ONE)));
    for (ShardRange range : open) {
      for (HashKey edge : List.of(range.start(), range.end())) {
        BigInteger place = new BigInteger(edge.toDecimal());
        places.add(place);
        places.add(place.subtract(BigInteger.ONE).max(BigInteger.ZERO));
        places.add(place.add(BigInteger.ONE).min(RING.subtract(BigInteger.ONE)));
      }
    }
    return open.stream().noneMatch(range -> range.end().compareTo(range.start()) < 0)
        && open.stream().map(ShardRange::shardId).distinct().count() == open.size()
        && places.stream()
            .map(ShardMapTest::key)
            .allMatch(
                place -> open.stream().filter(range -> range.contains(place, place)).count() == 1);
  }

  private static List<ShardRange> partition(Random random, int shards) {
    TreeSet<BigInteger> starts = new TreeSet<>(List.of(BigInteger.ZERO));
    while (starts.size() < shards) {
      starts.add(new BigInteger(128, random));
    }
    List<ShardRange> ranges = new ArrayList<>();
    for (BigInteger start : starts) {
      BigInteger next = starts.higher(start);
      BigInteger end = (next == null ? RING : next).subtract(BigInteger.ONE);
      ranges.add(shard("shard-" + ranges.size(), key(start), key(end)));
    }
    return ranges;
  }

  private static ShardRange scan(List<ShardRange> ranges, BigInteger value) {
    return ranges.stream()
        .filter(
            range ->
                new BigInteger(range.start().toString()).compareTo(value) <= 0
                    && new BigInteger(range.end().toString()).compareTo(value) >= 0)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void contains_bothEnds_areInside() {
    ShardRange range = shard("s", HALF, HALF.next());

    assertThat(range.contains(HALF, HALF.next())).isTrue();
    assertThat(range.contains(HALF.previous(), HALF)).isFalse();
    assertThat(range.contains(HALF, HALF.next().next())).isFalse();
  }
}
