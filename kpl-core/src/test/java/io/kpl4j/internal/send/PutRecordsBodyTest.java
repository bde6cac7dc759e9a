// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.Fixtures;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.aggregate.UserContent;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import io.kpl4j.internal.send.ScriptedServer.Request;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** What our client sends is what a user's client sends, for which the SDK marshals all of it. */
final class PutRecordsBodyTest {

  private static final String ARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/clicks";
  private static final String ID = "an-id";
  private static final StreamAddress CLICKS = StreamAddress.of("clicks");
  private static final StreamAddress ROUTED = new StreamAddress("clicks", null, null, true);

  private static final ScriptedServer SERVER = ScriptedServer.plain(request -> Wire.stored(1));
  private static final KinesisAsyncClient USERS_CLIENT =
      Connections.usersClient(SERVER.uri()).build();
  private static final KinesisConnection USERS =
      KinesisConnection.over(USERS_CLIENT, Connections.TIMEOUT);
  private static final KinesisConnection OWN = Connections.own(SERVER.uri());

  @AfterAll
  static void close() throws Exception {
    OWN.close();
    USERS_CLIENT.close();
    SERVER.close();
  }

  @Test
  void send_rawRecords_sendsWhatTheSdkWould() throws Exception {
    assertSentAsTheSdkWould(CLICKS, Batches.two("clicks"));
  }

  @Test
  void send_aggregates_sendsWhatTheSdkWould() throws Exception {
    assertSentAsTheSdkWould(CLICKS, Batches.of(List.of(aggregate(3, 100), aggregate(50, 1_000))));
  }

  @Test
  void send_noRecords_sendsWhatTheSdkWould() throws Exception {
    assertSentAsTheSdkWould(CLICKS, Batches.of(List.of()));
  }

  @Test
  void send_serviceRoutedStream_sendsWhatTheSdkWould() throws Exception {
    Request sent =
        assertSentAsTheSdkWould(
            ROUTED, Batches.of(List.of(raw(7, "", null), raw(8, "", "17"), raw(9, "key", "18"))));

    assertThat(Wire.body(sent).findValues("ExplicitHashKey")).isEmpty();
    assertThat(Wire.body(sent).findValues("PartitionKey")).hasSize(1);
  }

  @Test
  void send_streamWithArnAndId_sendsWhatTheSdkWould() throws Exception {
    PutRecordsBatch batch = Batches.one("clicks");
    assertSentAsTheSdkWould(new StreamAddress("clicks", ARN, null, false), batch);
    assertSentAsTheSdkWould(new StreamAddress("clicks", null, ID, false), batch);

    Request sent = assertSentAsTheSdkWould(new StreamAddress("clicks", ARN, ID, false), batch);

    assertThat(Wire.body(sent).get("StreamARN").asText()).isEqualTo(ARN);
    assertThat(Wire.body(sent).get("StreamId").asText()).isEqualTo(ID);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 22, 23, 24, 25, 254, 255, 256, 257})
  void send_lengthsWhereHeadsGrow_sendsWhatTheSdkWould(int length) throws Exception {
    assertSentAsTheSdkWould(
        CLICKS,
        Batches.of(
            List.of(
                raw(length, "k".repeat(Math.max(1, Math.min(256, length))), null),
                raw(length, "ü".repeat(Math.max(1, length / 2)), null),
                raw(length, "\uD83D\uDE00".repeat(Math.max(1, length / 4)), "0"))));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        16_383,
        16_384,
        16_385,
        65_000,
        65_279,
        65_535,
        65_536,
        65_537,
        131_072,
        1_048_576,
        10_485_760
      })
  void send_sizesWherePiecesEnd_sendsWhatTheSdkWould(int size) throws Exception {
    assertSentAsTheSdkWould(CLICKS, Batches.of(List.of(raw(size, "key", null))));
    if (size < 1_000_000) {
      assertSentAsTheSdkWould(
          CLICKS,
          Batches.of(
              List.of(
                  raw(size, "key", null),
                  raw(10, "key", "17"),
                  raw(size, "key", null),
                  raw(size, "key", null))));
    }
  }

  /** Nothing is signed then, so the connection itself asks for the pieces. */
  @Test
  void send_anonymously_sendsWhatTheSdkWould() throws Exception {
    List<KinesisRecord> records =
        IntStream.range(0, 30).mapToObj(i -> raw(40_000 + i, "key", null)).toList();
    PutRecordsBatch batch = Batches.of(records);
    byte[] marshalled = request(USERS, batch).body();
    try (KinesisConnection anonymous =
        KinesisConnection.open(
            Connections.config(SERVER.uri()).build(),
            AnonymousCredentialsProvider.create(),
            Connections.ioThreads())) {
      Request sent = request(anonymous, batch);

      assertThat(sent.header("Authorization")).isEmpty();
      assertThat(sent.body()).isEqualTo(marshalled);
    }
  }

  @Test
  void send_manyRecords_sendsWhatTheSdkWould() throws Exception {
    List<KinesisRecord> records =
        IntStream.range(0, 500).mapToObj(i -> raw(1_000 + i, "key-" + i, null)).toList();

    assertSentAsTheSdkWould(CLICKS, Batches.of(records));
  }

  @Test
  void send_manySizes_sendsWhatTheSdkWould() throws Exception {
    for (int seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      List<KinesisRecord> records = new ArrayList<>();
      for (int left = 1 << random.nextInt(21), size; left > 0; left -= size) {
        size = random.nextInt(1 << random.nextInt(19)) + 1;
        records.add(any(random, size));
      }
      assertSentAsTheSdkWould(
          new StreamAddress(
              "clicks", random.nextBoolean() ? ARN : null, null, random.nextBoolean()),
          Batches.of(records.subList(0, Math.min(500, records.size()))));
    }
  }

  private static KinesisRecord any(Random random, int size) {
    if (random.nextInt(3) == 0) {
      return aggregate(random.nextInt(20) + 2, Math.min(size, 10_000));
    }
    byte[] data = new byte[size];
    random.nextBytes(data);
    String key = "ключ-".repeat(random.nextInt(20)) + "k".repeat(random.nextInt(100));
    String hashKey = random.nextBoolean() ? null : new BigInteger(128, random).toString();
    return Batches.raw(data, key, hashKey);
  }

  @Test
  void of_smallBody_takesOnePieceOfLittleMemory() {
    List<ByteBuffer> pieces =
        new Reader(Long.MAX_VALUE).read(PutRecordsBody.of(CLICKS, Batches.one("clicks")));

    assertThat(pieces).hasSize(1);
    assertThat(pieces.get(0).capacity()).isLessThan(1_000);
  }

  @Test
  void content_readInPortions_isTheSameEachTime() {
    PutRecordsBody body =
        PutRecordsBody.of(CLICKS, Batches.of(List.of(raw(200_000, "a", null), raw(5, "b", null))));
    byte[] whole = bytes(new Reader(Long.MAX_VALUE).read(body));

    assertThat(whole).hasSize((int) body.contentLength());
    assertThat(body.content().contentLength()).hasValue(body.contentLength());
    for (long portion : new long[] {1, 2, 3, Long.MAX_VALUE}) {
      assertThat(bytes(new Reader(portion).read(body))).isEqualTo(whole);
    }
  }

  @Test
  void send_packedAnewMeanwhile_failsWithoutARequest() throws Exception {
    KinesisRecord late = aggregate(2, 10);
    late.discard();
    int before = SERVER.requests().size();

    Failed failed = (Failed) send(OWN, Batches.of(List.of(late)));

    assertThat(failed.origin()).isEqualTo(Origin.CLIENT);
    assertThat(failed.errorCode()).isEqualTo("IllegalStateException");
    assertThat(SERVER.requests()).hasSize(before);
  }

  private static KinesisRecord raw(int size, String key, @Nullable String hashKey) {
    byte[] data = new byte[size];
    new Random(size).nextBytes(data);
    return Batches.raw(data, key, hashKey);
  }

  private static KinesisRecord aggregate(int records, int size) {
    List<UserContent> members = new ArrayList<>();
    for (int i = 0; i < records; i++) {
      members.add(
          i % 2 == 0
              ? Fixtures.user("key-" + i, size)
              : Fixtures.at(HashKey.parse(Integer.toString(i)), size));
    }
    return Fixtures.aggregate(members);
  }

  private static Request assertSentAsTheSdkWould(StreamAddress stream, PutRecordsBatch batch)
      throws Exception {
    Request marshalled = request(USERS.naming(name -> stream), batch);
    Request sent = request(OWN.naming(name -> stream), batch);

    assertThat(sent.body()).isEqualTo(marshalled.body());
    assertThat(sent.header("Content-Length")).isEqualTo(Integer.toString(sent.body().length));
    assertThat(sent.header("Content-Type")).isEqualTo(marshalled.header("Content-Type"));
    assertThat(sent.header("x-amz-content-sha256"))
        .isEqualTo(
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(sent.body())));
    assertThat(sent.headers().keySet()).isEqualTo(marshalled.headers().keySet());
    assertThat(new Reader(Long.MAX_VALUE).read(PutRecordsBody.of(stream, batch)))
        .allMatch(piece -> piece.remaining() <= CborWriter.PIECE_BYTES && piece.hasRemaining());
    return sent;
  }

  private static Request request(KinesisConnection connection, PutRecordsBatch batch)
      throws Exception {
    int before = SERVER.requests().size();
    send(connection, batch);
    assertThat(SERVER.requests()).hasSize(before + 1);
    return SERVER.requests().remove(before);
  }

  private static PutRecordsReply send(KinesisConnection connection, PutRecordsBatch batch)
      throws Exception {
    CompletableFuture<PutRecordsReply> reply = new CompletableFuture<>();
    new SdkRecordSender(connection, Runnable::run).send(batch, reply::complete);
    return reply.get(30, SECONDS);
  }

  private static byte[] bytes(List<ByteBuffer> pieces) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer piece : pieces) {
      byte[] copy = new byte[piece.remaining()];
      piece.get(copy);
      bytes.writeBytes(copy);
    }
    return bytes.toByteArray();
  }

  /** Asks for so many pieces at a time, and gets no more. */
  private static final class Reader implements Subscriber<ByteBuffer> {
    private final long portion;
    private final List<ByteBuffer> pieces = new ArrayList<>();
    private @Nullable Subscription subscription;
    private long asked;
    private boolean complete;

    Reader(long portion) {
      this.portion = portion;
    }

    /** All pieces, which come while they are asked for. */
    List<ByteBuffer> read(PutRecordsBody body) {
      body.content().subscribe(this);
      while (!complete) {
        asked = portion;
        requireNonNull(subscription).request(portion);
      }
      return pieces;
    }

    @Override
    public void onSubscribe(Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(ByteBuffer piece) {
      assertThat(asked--).isPositive();
      pieces.add(piece);
    }

    @Override
    public void onError(Throwable thrown) {
      throw new AssertionError(thrown);
    }

    @Override
    public void onComplete() {
      complete = true;
    }
  }
}
