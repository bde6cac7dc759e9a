// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.send.ScriptedServer.Reply;
import io.kpl4j.internal.send.ScriptedServer.Request;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardListing.Failed;
import io.kpl4j.internal.shard.ShardListing.Listed;
import io.kpl4j.internal.shard.ShardRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

final class SdkShardListerTest {

  private static final String HALF = "170141183460469231731687303715884105728";
  private static final String BELOW_HALF = "170141183460469231731687303715884105727";
  private static final String LAST = "340282366920938463463374607431768211455";

  private final List<JsonNode> bodies = new ArrayList<>();

  @Test
  void list_onePage_answersRangesOpenAndClosed() throws Exception {
    Reply page =
        Wire.ok(
            Map.of(
                "Shards",
                List.of(
                    shard(
                        "closed",
                        "0",
                        LAST,
                        Map.of("StartingSequenceNumber", "1", "EndingSequenceNumber", "2")),
                    shard("low", "0", BELOW_HALF, Map.of("StartingSequenceNumber", "3")),
                    shard("high", HALF, LAST, Map.of("StartingSequenceNumber", "3")))));

    HashKey half = HashKey.parse(HALF);
    assertThat(list("clicks", false, request -> page))
        .isEqualTo(
            new Listed(
                List.of(
                    new ShardRange("closed", HashKey.MIN, HashKey.MAX, false),
                    new ShardRange("low", HashKey.MIN, half.previous(), true),
                    new ShardRange("high", half, HashKey.MAX, true)),
                true));
    assertThat(bodies).hasSize(1);
    assertThat(bodies.get(0).get("StreamName").asText()).isEqualTo("clicks");
    assertThat(bodies.get(0).get("MaxResults").asInt()).isEqualTo(1_000);
    assertThat(bodies.get(0).has("ShardFilter")).isFalse();
  }

  @Test
  void list_openOnly_asksForTheLatestShards() throws Exception {
    Reply page = Wire.ok(Map.of("Shards", List.of(open("only"))));

    assertThat(list("clicks", true, request -> page)).isInstanceOf(Listed.class);
    assertThat(bodies.get(0).get("ShardFilter").get("Type").asText()).isEqualTo("AT_LATEST");
  }

  @Test
  void list_severalPages_asksForTheNextByTokenAlone() throws Exception {
    AtomicInteger page = new AtomicInteger();

    ShardListing listing =
        list(
            "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks",
            true,
            request ->
                switch (page.incrementAndGet()) {
                  case 1 -> Wire.ok(Map.of("Shards", List.of(open("1")), "NextToken", "t1"));
                  case 2 -> Wire.ok(Map.of("Shards", List.of(), "NextToken", "t2"));
                  default -> Wire.ok(Map.of("Shards", List.of(open("2"))));
                });

    assertThat(((Listed) listing).shards())
        .extracting(ShardRange::shardId)
        .containsExactly("1", "2");
    assertThat(((Listed) listing).all()).isFalse();
    assertThat(bodies).hasSize(3);
    assertThat(bodies.get(0).get("StreamARN").asText()).endsWith("stream/clicks");
    assertThat(bodies.get(0).has("StreamName")).isFalse();
    for (int i = 1; i < 3; i++) {
      assertThat(bodies.get(i).fieldNames()).toIterable().containsExactly("NextToken");
      assertThat(bodies.get(i).get("NextToken").asText()).isEqualTo("t" + i);
    }
  }

  @Test
  void list_secondPageFails_failsAsAWhole() throws Exception {
    AtomicInteger page = new AtomicInteger();

    ShardListing listing =
        list(
            "clicks",
            true,
            request ->
                page.incrementAndGet() == 1
                    ? Wire.ok(Map.of("Shards", List.of(open("1")), "NextToken", "t"))
                    : Wire.error(400, "ExpiredNextTokenException", "too slow"));

    assertThat(listing).isEqualTo(new Failed("ExpiredNextTokenException", "too slow"));
  }

  @Test
  void list_tokenRepeated_failsInsteadOfTurningForEver() throws Exception {
    Reply page = Wire.ok(Map.of("Shards", List.of(open("1")), "NextToken", "same"));

    assertThat(list("clicks", true, request -> page))
        .isEqualTo(new Failed("IllegalStateException", "ListShards has no end"));
    assertThat(bodies).hasSize(2);
  }

  @Test
  void list_tokensWithoutEnd_failsInTheEnd() throws Exception {
    AtomicInteger page = new AtomicInteger();

    ShardListing listing =
        list(
            "clicks",
            true,
            request ->
                Wire.ok(Map.of("Shards", List.of(), "NextToken", "t" + page.incrementAndGet())));

    assertThat(listing).isEqualTo(new Failed("IllegalStateException", "ListShards has no end"));
    assertThat(bodies).hasSize(200);
  }

  @Test
  void list_shardWithoutHashKeys_failsAsUnreadable() throws Exception {
    Reply page = Wire.ok(Map.of("Shards", List.of(Map.of("ShardId", "odd"))));

    assertThat(list("clicks", true, request -> page)).isInstanceOf(Failed.class);
  }

  @Test
  void list_noPermission_answersTheServicesCode() throws Exception {
    Reply refused = Wire.error(400, "AccessDeniedException", "not you");

    assertThat(list("clicks", true, request -> refused))
        .isEqualTo(new Failed("AccessDeniedException", "not you"));
  }

  @Test
  void list_workersClosed_fails() {
    List<ShardListing> listings = new ArrayList<>();
    KinesisConnection connection =
        KinesisConnection.over(new FaultyClient(new AssertionError()), Connections.TIMEOUT);

    new SdkShardLister(
            connection,
            work -> {
              throw new RejectedExecutionException("closed");
            })
        .list("clicks", true, listings::add);

    assertThat(listings).containsExactly(new Failed("RejectedExecutionException", "closed"));
  }

  /** Its buffer would be taken for the one of the time before there was a map. */
  @Test
  void list_shardWithoutId_fails() throws Exception {
    Map<String, ?> nameless =
        Map.of("HashKeyRange", Map.of("StartingHashKey", "0", "EndingHashKey", LAST));
    for (Map<String, ?> shard : List.of(nameless, open(""))) {
      Reply page = Wire.ok(Map.of("Shards", List.of(open("first"), shard)));

      assertThat(list("clicks", true, request -> page))
          .isEqualTo(new Failed("IllegalStateException", "ListShards tells of a shard without id"));
    }
  }

  private ShardListing list(String stream, boolean openOnly, Function<Request, Reply> script)
      throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(script);
        KinesisConnection connection = Connections.own(server.uri())) {
      CompletableFuture<ShardListing> listing = new CompletableFuture<>();
      new SdkShardLister(connection, Runnable::run).list(stream, openOnly, listing::complete);
      ShardListing answer = listing.get(60, SECONDS);
      server.requests().forEach(request -> bodies.add(Wire.body(request)));
      return answer;
    }
  }

  private static Map<String, ?> open(String id) {
    return shard(id, "0", LAST, Map.of("StartingSequenceNumber", "1"));
  }

  private static Map<String, ?> shard(
      String id, String start, String end, Map<String, String> sequenceNumbers) {
    return Map.of(
        "ShardId",
        id,
        "HashKeyRange",
        Map.of("StartingHashKey", start, "EndingHashKey", end),
        "SequenceNumberRange",
        sequenceNumbers);
  }
}
