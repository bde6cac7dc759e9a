// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.InvalidArgumentException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ScalingType;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * What every Kinesis endpoint does alike, through the real SDK. Public, as other modules hold it
 * against their endpoints.
 */
@SuppressWarnings("exports") // tests are no part of the module
public abstract class KinesisContract {

  static final BigInteger RING = BigInteger.ONE.shiftLeft(128);

  private final String stream = "contract-" + UUID.randomUUID();

  /** Has a name for the stream, and nothing more. */
  protected KinesisContract() {}

  /** A client of the endpoint, which the subclass closes. */
  protected abstract KinesisAsyncClient client();

  @BeforeEach
  void createStream() {
    client().createStream(r -> r.streamName(stream).shardCount(2)).join();
    awaitActive();
  }

  @AfterEach
  void deleteStream() {
    client().deleteStream(r -> r.streamName(stream)).join();
  }

  @Test
  void describeStreamSummary_newStream_isActiveWithItsShards() {
    DescribeStreamSummaryResponse response =
        client().describeStreamSummary(r -> r.streamName(stream)).join();

    assertThat(response.streamDescriptionSummary().streamName()).isEqualTo(stream);
    assertThat(response.streamDescriptionSummary().openShardCount()).isEqualTo(2);
    assertThat(response.streamDescriptionSummary().streamARN()).endsWith(":stream/" + stream);
    assertThat(response.streamDescriptionSummary().streamCreationTimestamp()).isNotNull();
  }

  @Test
  void describeStream_newStream_listsShards() {
    assertThat(client().describeStream(r -> r.streamName(stream)).join().streamDescription())
        .satisfies(
            description -> {
              assertThat(description.shards()).hasSize(2);
              assertThat(description.hasMoreShards()).isFalse();
            });
  }

  @Test
  void createStream_existingName_isInUse() {
    assertFails(
        client().createStream(r -> r.streamName(stream).shardCount(1)),
        ResourceInUseException.class);
  }

  @Test
  void listStreams_oneStream_namesIt() {
    assertThat(client().listStreams().join().streamNames()).contains(stream);
  }

  @Test
  void listShards_newStream_coversTheRing() {
    List<Shard> shards = listShards().shards();

    assertThat(shards).extracting(Shard::shardId).doesNotHaveDuplicates().isSorted();
    assertThat(width(shards)).isEqualTo(RING);
    assertThat(shards)
        .allSatisfy(s -> assertThat(s.sequenceNumberRange().endingSequenceNumber()).isNull());
  }

  @Test
  void listShards_pageOfOne_tokenLeadsToTheRest() {
    ListShardsResponse first = client().listShards(r -> r.streamName(stream).maxResults(1)).join();
    ListShardsResponse second = client().listShards(r -> r.nextToken(first.nextToken())).join();

    assertThat(first.shards()).hasSize(1);
    assertThat(second.shards()).hasSize(1);
    assertThat(second.nextToken()).isNull();
    assertThat(first.shards().get(0).shardId()).isLessThan(second.shards().get(0).shardId());
  }

  @Test
  void listShards_tokenAndStreamName_isRefused() {
    String token = client().listShards(r -> r.streamName(stream).maxResults(1)).join().nextToken();

    assertFails(
        client().listShards(r -> r.nextToken(token).streamName(stream)),
        InvalidArgumentException.class);
  }

  @Test
  void listShards_unknownStream_isNotFound() {
    assertFails(
        client().listShards(r -> r.streamName(stream + "-x")), ResourceNotFoundException.class);
  }

  @Test
  void putRecords_unknownStream_isNotFound() {
    assertFails(
        client().putRecords(r -> r.streamName(stream + "-x").records(entry("k", null, "v"))),
        ResourceNotFoundException.class);
  }

  @Test
  void putRecords_manyKeys_readBackWhereTheReplySays() {
    List<PutRecordsRequestEntry> entries =
        IntStream.range(0, 100).mapToObj(i -> entry("key-" + i, null, "value-" + i)).toList();

    PutRecordsResponse response =
        client().putRecords(r -> r.streamName(stream).records(entries)).join();

    assertThat(response.failedRecordCount()).isZero();
    assertThat(response.records()).hasSize(100);
    List<String> said = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      PutRecordsResultEntry result = response.records().get(i);
      assertThat(result.errorCode()).isNull();
      said.add(line(result.shardId(), result.sequenceNumber(), "key-" + i, "value-" + i));
    }
    assertThat(readAll()).containsExactlyInAnyOrderElementsOf(said);
  }

  @Test
  void putRecords_explicitHashKey_decidesTheShard() {
    List<Shard> shards = listShards().shards();
    List<PutRecordsRequestEntry> entries =
        shards.stream()
            .flatMap(
                s ->
                    Stream.of(s.hashKeyRange().startingHashKey(), s.hashKeyRange().endingHashKey()))
            .map(hash -> entry("same", hash, "v"))
            .toList();

    PutRecordsResponse response =
        client().putRecords(r -> r.streamName(stream).records(entries)).join();

    assertThat(response.records())
        .extracting(PutRecordsResultEntry::shardId)
        .containsExactlyElementsOf(
            shards.stream().flatMap(s -> Stream.of(s.shardId(), s.shardId())).toList());
  }

  @Test
  void putRecord_twice_sequenceNumbersGrow() {
    PutRecordResponse first = put("key", "one");
    PutRecordResponse second = put("key", "two");

    assertThat(second.shardId()).isEqualTo(first.shardId());
    assertThat(new BigInteger(second.sequenceNumber()))
        .isGreaterThan(new BigInteger(first.sequenceNumber()));
  }

  @Test
  void putRecord_streamByArn_isStored() {
    String arn =
        client()
            .describeStreamSummary(r -> r.streamName(stream))
            .join()
            .streamDescriptionSummary()
            .streamARN();

    client()
        .putRecord(r -> r.streamARN(arn).partitionKey("k").data(SdkBytes.fromUtf8String("v")))
        .join();

    assertThat(readAll()).hasSize(1);
  }

  @Test
  void putRecord_keyOf257Characters_isRefused() {
    assertThatThrownBy(() -> put("k".repeat(257), "v")).hasCauseInstanceOf(Exception.class);
  }

  @Test
  void putRecord_badExplicitHashKey_isRefused() {
    assertFails(
        client().putRecords(r -> r.streamName(stream).records(entry("k", RING.toString(), "v"))),
        KinesisException.class);
  }

  @Test
  void getShardIterator_afterSequenceNumber_skipsThatRecord() {
    PutRecordResponse first = put("key", "one");
    put("key", "two");

    GetRecordsResponse after =
        read(first, ShardIteratorType.AFTER_SEQUENCE_NUMBER, first.sequenceNumber());
    GetRecordsResponse at =
        read(first, ShardIteratorType.AT_SEQUENCE_NUMBER, first.sequenceNumber());

    assertThat(after.records()).extracting(r -> r.data().asUtf8String()).containsExactly("two");
    assertThat(at.records()).extracting(r -> r.data().asUtf8String()).containsExactly("one", "two");
  }

  @Test
  void getShardIterator_latest_seesOnlyWhatComesLater() {
    PutRecordResponse first = put("key", "one");
    String iterator =
        client()
            .getShardIterator(
                r ->
                    r.streamName(stream)
                        .shardId(first.shardId())
                        .shardIteratorType(ShardIteratorType.LATEST))
            .join()
            .shardIterator();
    put("key", "two");

    assertThat(client().getRecords(r -> r.shardIterator(iterator)).join().records())
        .extracting(r -> r.data().asUtf8String())
        .containsExactly("two");
  }

  @Test
  void getShardIterator_atTimestamp_beginsThere() {
    PutRecordResponse first = put("key", "one");

    String iterator =
        client()
            .getShardIterator(
                r ->
                    r.streamName(stream)
                        .shardId(first.shardId())
                        .shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
                        .timestamp(Instant.now().minusSeconds(60)))
            .join()
            .shardIterator();

    assertThat(client().getRecords(r -> r.shardIterator(iterator)).join().records()).hasSize(1);
  }

  @Test
  void getRecords_limit_isObeyedAndTheNextIteratorGoesOn() {
    PutRecordResponse first = put("key", "one");
    put("key", "two");
    String iterator = iterator(first.shardId());

    GetRecordsResponse page = client().getRecords(r -> r.shardIterator(iterator).limit(1)).join();
    GetRecordsResponse rest =
        client().getRecords(r -> r.shardIterator(page.nextShardIterator())).join();

    assertThat(page.records()).extracting(r -> r.data().asUtf8String()).containsExactly("one");
    assertThat(rest.records()).extracting(r -> r.data().asUtf8String()).containsExactly("two");
    assertThat(rest.millisBehindLatest()).isZero();
  }

  @Test
  void splitShard_openShard_parentStaysListedAndChildrenShareItsRange() {
    Shard parent = listShards().shards().get(0);
    put("key", "before");
    split(parent);

    List<Shard> shards = listShards().shards();
    assertThat(shards).hasSize(4);
    assertThat(shards.get(0).sequenceNumberRange().endingSequenceNumber()).isNotNull();
    List<Shard> children =
        shards.stream().filter(s -> parent.shardId().equals(s.parentShardId())).toList();
    assertThat(width(children)).isEqualTo(width(List.of(parent)));
    assertThat(children.get(0).hashKeyRange().startingHashKey())
        .isEqualTo(parent.hashKeyRange().startingHashKey());
  }

  @Test
  void splitShard_parentReadToItsEnd_namesTheChildren() {
    Shard parent = listShards().shards().get(0);
    split(parent);

    GetRecordsResponse end = readToEnd(parent.shardId());

    assertThat(end.nextShardIterator()).isNull();
    assertThat(end.childShards()).hasSize(2);
    assertThat(end.childShards())
        .allSatisfy(c -> assertThat(c.parentShards()).containsExactly(parent.shardId()));
  }

  @Test
  void listShards_atLatestAfterSplit_showsOpenShardsOnly() {
    Shard parent = listShards().shards().get(0);
    split(parent);

    List<Shard> open =
        client()
            .listShards(
                r -> r.streamName(stream).shardFilter(f -> f.type(ShardFilterType.AT_LATEST)))
            .join()
            .shards();

    assertThat(open).hasSize(3).extracting(Shard::shardId).doesNotContain(parent.shardId());
    assertThat(width(open)).isEqualTo(RING);
  }

  @Test
  void listShards_afterShardId_showsTheLaterOnes() {
    List<Shard> all = listShards().shards();

    List<Shard> later =
        client()
            .listShards(
                r ->
                    r.streamName(stream)
                        .shardFilter(
                            f ->
                                f.type(ShardFilterType.AFTER_SHARD_ID)
                                    .shardId(all.get(0).shardId())))
            .join()
            .shards();

    assertThat(later).containsExactly(all.get(1));
  }

  @Test
  void putRecords_afterSplit_landInTheChildren() {
    Shard parent = listShards().shards().get(0);
    split(parent);
    String hash = parent.hashKeyRange().startingHashKey();

    PutRecordsResponse response =
        client().putRecords(r -> r.streamName(stream).records(entry("k", hash, "v"))).join();

    Shard child =
        listShards().shards().stream()
            .filter(s -> s.shardId().equals(response.records().get(0).shardId()))
            .findFirst()
            .orElseThrow();
    assertThat(child.parentShardId()).isEqualTo(parent.shardId());
  }

  @Test
  void mergeShards_adjacentPair_childHasBothParents() {
    List<Shard> pair = listShards().shards();

    client()
        .mergeShards(
            r ->
                r.streamName(stream)
                    .shardToMerge(pair.get(0).shardId())
                    .adjacentShardToMerge(pair.get(1).shardId()))
        .join();
    awaitActive();

    Shard child = listShards().shards().get(2);
    assertThat(child.parentShardId()).isEqualTo(pair.get(0).shardId());
    assertThat(child.adjacentParentShardId()).isEqualTo(pair.get(1).shardId());
    assertThat(width(List.of(child))).isEqualTo(RING);
  }

  @Test
  void updateShardCount_doubled_coversTheRingAgain() {
    client()
        .updateShardCount(
            r -> r.streamName(stream).targetShardCount(4).scalingType(ScalingType.UNIFORM_SCALING))
        .join();
    awaitActive();

    List<Shard> open =
        listShards().shards().stream()
            .filter(s -> s.sequenceNumberRange().endingSequenceNumber() == null)
            .toList();
    assertThat(open).hasSize(4);
    assertThat(width(open)).isEqualTo(RING);
  }

  final String stream() {
    return stream;
  }

  final void assertFails(CompletableFuture<?> future, Class<? extends Throwable> type) {
    assertThatThrownBy(future::join).hasCauseInstanceOf(type);
  }

  final PutRecordResponse put(String key, String value) {
    return client()
        .putRecord(r -> r.streamName(stream).partitionKey(key).data(SdkBytes.fromUtf8String(value)))
        .join();
  }

  static PutRecordsRequestEntry entry(String key, @Nullable String hash, String value) {
    return PutRecordsRequestEntry.builder()
        .partitionKey(key)
        .explicitHashKey(hash)
        .data(SdkBytes.fromUtf8String(value))
        .build();
  }

  final ListShardsResponse listShards() {
    return client().listShards(r -> r.streamName(stream)).join();
  }

  private void split(Shard parent) {
    BigInteger start = new BigInteger(parent.hashKeyRange().startingHashKey());
    BigInteger end = new BigInteger(parent.hashKeyRange().endingHashKey());
    String middle = start.add(end).shiftRight(1).toString();
    client()
        .splitShard(
            r -> r.streamName(stream).shardToSplit(parent.shardId()).newStartingHashKey(middle))
        .join();
    awaitActive();
  }

  private static BigInteger width(List<Shard> shards) {
    return shards.stream()
        .map(Shard::hashKeyRange)
        .map(
            range ->
                new BigInteger(range.endingHashKey())
                    .subtract(new BigInteger(range.startingHashKey()))
                    .add(BigInteger.ONE))
        .reduce(BigInteger.ZERO, BigInteger::add);
  }

  private GetRecordsResponse read(
      PutRecordResponse put, ShardIteratorType type, String sequenceNumber) {
    String iterator =
        client()
            .getShardIterator(
                r ->
                    r.streamName(stream)
                        .shardId(put.shardId())
                        .shardIteratorType(type)
                        .startingSequenceNumber(sequenceNumber))
            .join()
            .shardIterator();
    return client().getRecords(r -> r.shardIterator(iterator)).join();
  }

  private GetRecordsResponse readToEnd(String shardId) {
    GetRecordsResponse response =
        client().getRecords(r -> r.shardIterator(iterator(shardId))).join();
    while (response.nextShardIterator() != null) {
      String next = response.nextShardIterator();
      response = client().getRecords(r -> r.shardIterator(next)).join();
    }
    return response;
  }

  private String iterator(String shardId) {
    return client()
        .getShardIterator(
            r ->
                r.streamName(stream)
                    .shardId(shardId)
                    .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
        .join()
        .shardIterator();
  }

  private List<String> readAll() {
    List<String> lines = new ArrayList<>();
    for (Shard shard : listShards().shards()) {
      GetRecordsResponse response =
          client().getRecords(r -> r.shardIterator(iterator(shard.shardId()))).join();
      for (Record record : response.records()) {
        assertThat(record.approximateArrivalTimestamp())
            .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
        lines.add(
            line(
                shard.shardId(),
                record.sequenceNumber(),
                record.partitionKey(),
                record.data().asUtf8String()));
      }
    }
    return lines;
  }

  private static String line(String shardId, String sequenceNumber, String key, String value) {
    return String.join(" ", shardId, sequenceNumber, key, value);
  }

  private void awaitActive() {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                client()
                    .describeStreamSummary(r -> r.streamName(stream))
                    .join()
                    .streamDescriptionSummary()
                    .streamStatus(),
            StreamStatus.ACTIVE::equals);
  }
}
