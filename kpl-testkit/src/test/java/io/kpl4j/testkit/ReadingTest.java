// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.ExpiredNextTokenException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.ListStreamsResponse;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilter;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/** Reading records and listings, in time that the test moves. */
final class ReadingTest extends ServerFixture {

  ReadingTest() {
    super(KinesisTestServer.builder().stream(STREAM, 1));
  }

  @Test
  void getRecords_moreThan10Mib_comeInPages() {
    for (int i = 0; i < 3; i++) {
      put(entries(9, (1 << 20) - 1));
    }

    GetRecordsResponse first = read(iterator(ShardIteratorType.TRIM_HORIZON, null));
    GetRecordsResponse second = read(first.nextShardIterator());

    assertThat(first.records()).hasSize(10);
    assertThat(second.records()).hasSize(10);
    assertThat(read(second.nextShardIterator()).records()).hasSize(7);
  }

  @Test
  void getRecords_behind_saysByHowMuch() {
    put(entries(1, 1));
    clock.advance(Duration.ofSeconds(3));
    put(entries(1, 1));
    clock.advance(Duration.ofSeconds(5));
    String iterator = iterator(ShardIteratorType.TRIM_HORIZON, null);

    GetRecordsResponse behind = client.getRecords(r -> r.shardIterator(iterator).limit(1)).join();

    assertThat(behind.millisBehindLatest()).isEqualTo(5_000);
    assertThat(read(behind.nextShardIterator()).millisBehindLatest()).isZero();
  }

  @Test
  void getRecords_iteratorOfSixMinutes_isExpired() {
    String iterator = iterator(ShardIteratorType.LATEST, null);
    clock.advance(Duration.ofMinutes(6));

    assertThatFailureOf(client.getRecords(r -> r.shardIterator(iterator)))
        .isInstanceOf(ExpiredIteratorException.class);
  }

  @Test
  void getRecords_noIterator_isAnInvalidArgument() {
    assertThatFailureOf(client.getRecords(r -> r.shardIterator("nonsense")))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void getRecords_streamMadeAnew_refusesTheOldIterator() {
    String iterator = iterator(ShardIteratorType.LATEST, null);
    server.deleteStream(STREAM);
    clock.advance(Duration.ofSeconds(1));
    server.createStream(STREAM, 1);

    assertThatFailureOf(client.getRecords(r -> r.shardIterator(iterator)))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void getRecords_countOnly_isRefused() {
    try (KinesisTestServer counting =
            KinesisTestServer.builder().storage(Storage.COUNT_ONLY).stream(STREAM, 1).start();
        var other = Clients.kinesis(counting, Clients.Format.JSON)) {
      other.putRecords(r -> r.streamName(STREAM).records(entries(10, 100))).join();
      String iterator =
          other
              .getShardIterator(
                  r -> r.streamName(STREAM).shardId(FIRST_SHARD).shardIteratorType("TRIM_HORIZON"))
              .join()
              .shardIterator();

      assertThat(counting.recordCount(STREAM)).isEqualTo(10);
      assertThat(counting.byteCount(STREAM)).isEqualTo(10 * 101);
      assertThat(counting.records(STREAM)).isEmpty();
      assertThatFailureOf(other.getRecords(r -> r.shardIterator(iterator)))
          .isInstanceOf(InvalidArgumentException.class);
    }
  }

  @Test
  void getShardIterator_atTimestamp_findsTheFirstRecordFromThen() {
    put(entries(2, 1));
    clock.advance(Duration.ofSeconds(10));
    Instant between = clock.instant();
    put(entries(3, 1));

    assertThat(read(iterator(ShardIteratorType.AT_TIMESTAMP, between)).records()).hasSize(3);
  }

  @Test
  void getShardIterator_unknownShard_isNotFound() {
    assertThatFailureOf(
            client.getShardIterator(
                r ->
                    r.streamName(STREAM)
                        .shardId("shardId-000000000077")
                        .shardIteratorType(ShardIteratorType.LATEST)))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void getShardIterator_sequenceNumberOfNoRecordHere_isAnInvalidArgument() {
    assertThatFailureOf(
            client.getShardIterator(
                r ->
                    r.streamName(STREAM)
                        .shardId(FIRST_SHARD)
                        .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
                        .startingSequenceNumber("12345")))
        .isInstanceOf(InvalidArgumentException.class);
  }

  @Test
  void records_twoShards_areInOrderOfArrival() {
    server.splitShard(STREAM, FIRST_SHARD);
    put(entries(3, 1));

    assertThat(server.records(STREAM))
        .hasSize(3)
        .allSatisfy(
            record -> {
              assertThat(record.partitionKey()).isEqualTo("k");
              assertThat(record.data()).hasSize(1);
              assertThat(record.arrival()).isEqualTo(clock.instant());
              assertThat(record.explicitHashKey()).isEmpty();
            })
        .extracting(StoredRecord::sequenceNumber)
        .isSorted();
  }

  @Test
  void listShards_tokenOfSixMinutes_isExpired() {
    server.splitShard(STREAM, FIRST_SHARD);
    String token = client.listShards(r -> r.streamName(STREAM).maxResults(1)).join().nextToken();
    clock.advance(Duration.ofMinutes(6));

    assertThatFailureOf(client.listShards(r -> r.nextToken(token)))
        .isInstanceOf(ExpiredNextTokenException.class);
  }

  @Test
  void listShards_filtersAroundASplit_showWhatWasOpenThen() {
    Instant before = clock.instant();
    clock.advance(Duration.ofMinutes(1));
    List<String> children = server.splitShard(STREAM, FIRST_SHARD);
    clock.advance(Duration.ofMinutes(1));
    Instant after = clock.instant();
    String low = children.get(0);
    String high = children.get(1);

    assertThat(list(f -> f.type(ShardFilterType.AT_TRIM_HORIZON))).containsExactly(FIRST_SHARD);
    assertThat(list(f -> f.type(ShardFilterType.FROM_TRIM_HORIZON)))
        .containsExactly(FIRST_SHARD, low, high);
    assertThat(list(f -> f.type(ShardFilterType.AT_TIMESTAMP).timestamp(before)))
        .containsExactly(FIRST_SHARD);
    assertThat(list(f -> f.type(ShardFilterType.AT_TIMESTAMP).timestamp(after)))
        .containsExactly(low, high);
    assertThat(list(f -> f.type(ShardFilterType.FROM_TIMESTAMP).timestamp(before)))
        .containsExactly(FIRST_SHARD, low, high);
    assertThat(list(f -> f.type(ShardFilterType.FROM_TIMESTAMP).timestamp(after)))
        .containsExactly(low, high);
    assertThat(list(f -> f.type(ShardFilterType.AFTER_SHARD_ID).shardId(low)))
        .containsExactly(high);
  }

  @Test
  void listShards_pagesOfAFilter_keepTheFilter() {
    server.splitShard(STREAM, FIRST_SHARD);
    var first =
        client
            .listShards(
                r ->
                    r.streamName(STREAM)
                        .maxResults(1)
                        .shardFilter(f -> f.type(ShardFilterType.AT_LATEST)))
            .join();
    var second = client.listShards(r -> r.nextToken(first.nextToken()).maxResults(1)).join();

    assertThat(first.shards()).extracting(Shard::shardId).containsExactly("shardId-000000000001");
    assertThat(second.shards()).extracting(Shard::shardId).containsExactly("shardId-000000000002");
    assertThat(second.nextToken()).isNull();
  }

  @Test
  void listStreams_pages_leadThroughAllNames() {
    server.createStream("a", 1);
    server.createStream("b", 1);

    ListStreamsResponse first = client.listStreams(r -> r.limit(2)).join();
    ListStreamsResponse second = client.listStreams(r -> r.nextToken(first.nextToken())).join();

    assertThat(first.streamNames()).containsExactly("a", "b");
    assertThat(first.hasMoreStreams()).isTrue();
    assertThat(second.streamNames()).containsExactly(STREAM);
    assertThat(second.streamSummaries().get(0).streamARN()).isEqualTo(server.streamArn(STREAM));
    assertThat(second.hasMoreStreams()).isFalse();
  }

  @Test
  void updateShardCount_upAndDown_leavesUniformShards() {
    for (int count : new int[] {2, 3, 6, 5, 7, 4, 2, 1}) {
      server.updateShardCount(STREAM, count);

      assertThat(server.shards(STREAM).stream().filter(ShardDescription::isOpen)).hasSize(count);
    }
    put(entries(1, 1));
    assertThat(server.recordCount(STREAM)).isEqualTo(1);
  }

  private String iterator(ShardIteratorType type, @Nullable Instant at) {
    return client
        .getShardIterator(
            r -> r.streamName(STREAM).shardId(FIRST_SHARD).shardIteratorType(type).timestamp(at))
        .join()
        .shardIterator();
  }

  private GetRecordsResponse read(String iterator) {
    return client.getRecords(r -> r.shardIterator(iterator)).join();
  }

  private List<String> list(Consumer<ShardFilter.Builder> filter) {
    return client.listShards(r -> r.streamName(STREAM).shardFilter(filter)).join().shards().stream()
        .map(Shard::shardId)
        .toList();
  }
}
