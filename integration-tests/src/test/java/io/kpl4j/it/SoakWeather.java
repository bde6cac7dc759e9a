// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.FaultyCalls;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.ShardDescription;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Faults and reshards of an endpoint, at random by a seed. Confined to one thread.
 *
 * <p>A fault ends when the next one begins, at the latest; every third change is fine weather.
 */
final class SoakWeather {

  private static final int FEWEST_SHARDS = 2;
  private static final int MOST_SHARDS = 8;

  private final KinesisTestServer server;
  private final SplittableRandom random;
  private final TreeMap<String, Integer> seen = new TreeMap<>();

  SoakWeather(KinesisTestServer server, long seed) {
    this.server = server;
    this.random = new SplittableRandom(seed);
  }

  /** What there was, and how often. */
  String report() {
    return seen.toString();
  }

  /** Changes it, and answers how long it is to stay so. */
  Duration change() {
    server.faults().clear();
    server.clearMetrics();
    if (random.nextInt(60) == 0) {
      add("outage longer than RecordTtl", Fault.on("PutRecords").always().httpError(503));
      return SoakProducer.RECORD_TTL.plusSeconds(2);
    }
    switch (random.nextInt(6)) {
      case 0, 1 -> seen.merge("fine", 1, Integer::sum);
      case 2 -> reshard();
      default -> fault();
    }
    return Duration.ofMillis(200 + random.nextInt(1_800));
  }

  private void reshard() {
    List<ShardDescription> open =
        server.shards(SoakProducer.STREAM).stream()
            .filter(ShardDescription::isOpen)
            .sorted(Comparator.comparing(ShardDescription::startingHashKey))
            .toList();
    boolean splits =
        open.size() <= FEWEST_SHARDS || (open.size() < MOST_SHARDS && random.nextBoolean());
    if (splits) {
      String shard = open.get(random.nextInt(open.size())).shardId();
      server.splitShard(SoakProducer.STREAM, shard);
      seen.merge("split", 1, Integer::sum);
    } else {
      int first = random.nextInt(open.size() - 1);
      server.mergeShards(
          SoakProducer.STREAM, open.get(first).shardId(), open.get(first + 1).shardId());
      seen.merge("merge", 1, Integer::sum);
    }
  }

  private void fault() {
    double chance = 0.1 + 0.9 * random.nextDouble();
    FaultyCalls calls = Fault.on("PutRecords").always().withChance(chance).seed(random.nextLong());
    switch (random.nextInt(14)) {
      case 0 -> add("throttled entries", calls.throttleEntries(random.nextDouble()));
      case 1 -> add("failed entries", calls.internalFailureEntries(random.nextDouble()));
      case 2 -> add("throttled calls", calls.throttleCall());
      case 3 -> add("status 500", calls.httpError(500));
      case 4 -> add("status 503", calls.httpError(503));
      case 5 -> add("expired token", calls.expiredToken());
      case 6 -> add("reset connections", calls.resetConnection());
      case 7 -> add("lost replies", calls.loseReply());
      case 8 -> add("cut replies", calls.cutReply());
      case 9 -> add("late replies", calls.delayReply(Duration.ofMillis(1), Duration.ofSeconds(4)));
      case 10 -> add("no answer", calls.neverAnswer());
      case 11 -> add("garbage", calls.garbageBody());
      case 12 -> add("listing fails", Fault.on("ListShards").always().httpError(500));
      default ->
          add(
              "port closed",
              Fault.on("PutRecords").suspendServer(Duration.ofMillis(random.nextInt(1_500))));
    }
  }

  private void add(String name, Fault fault) {
    server.faults().add(fault);
    seen.merge(name, 1, Integer::sum);
  }
}
