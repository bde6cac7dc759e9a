// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.kpl4j.FailureReason;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.AggregateEncoder;
import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.UserContent;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.record.AdmissionBudget.Waiter;
import io.kpl4j.internal.record.PendingRecord;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class IntakeTest {

  private static final String EMOJI = "\uD83D\uDE80";
  private static final String PAYLOAD = "secret payload";
  private static final BigInteger RING = BigInteger.TWO.pow(128);

  private final AdmissionBudget budget = new AdmissionBudget(10_000, 100, 100);
  private final StreamPipeline stream =
      new StreamPipeline("stream", Engines.context(budget, Runnable::run), 1);
  private final Intake intake = intake(budget);

  private static Intake intake(AdmissionBudget budget) {
    return new Intake(budget, Engines.context(budget, Runnable::run).settings());
  }

  private CheckedRecord check(UserRecord record) {
    return intake.check(record, asked -> stream);
  }

  private @Nullable Waiter admit(CheckedRecord checked) {
    return intake.admit(checked, asked -> stream, false).waiter();
  }

  private static UserRecord record(String key, int dataBytes) {
    return UserRecord.of("stream", key, new byte[dataBytes]);
  }

  private static UserRecord hashed(String explicitHashKey) {
    return record("key", 10).withExplicitHashKey(explicitHashKey);
  }

  static Stream<Arguments> misuses() {
    byte[] payload = PAYLOAD.getBytes(UTF_8);
    return Stream.of(
        Arguments.of("empty stream", UserRecord.of("", "k", payload), "streamName", "empty"),
        Arguments.of("empty key", UserRecord.of("stream", "", payload), "partitionKey", "1 to 256"),
        Arguments.of("257 characters", record("x".repeat(257), 1), "partitionKey", "257"),
        Arguments.of("257 question marks", record("?".repeat(257), 1), "partitionKey", "257"),
        Arguments.of("a long key", record("x".repeat(100_000), 1), "partitionKey", "100000"),
        Arguments.of("257 emoji", record(EMOJI.repeat(257), 1), "partitionKey", "1 to 256"),
        Arguments.of(
            "lone high surrogate", record("ab\uD83D", 1), "partitionKey", "surrogate at 2"),
        Arguments.of("lone low surrogate", record("\uDE80ab", 1), "partitionKey", "surrogate at 0"),
        Arguments.of("surrogates swapped", record("\uDE80\uD83D", 1), "partitionKey", "surrogate"),
        Arguments.of("hash key of letters", hashed("beef"), "explicitHashKey", "2^128"),
        Arguments.of("empty hash key", hashed(""), "explicitHashKey", "2^128"),
        Arguments.of("negative hash key", hashed("-1"), "explicitHashKey", "2^128"),
        Arguments.of("signed hash key", hashed("+1"), "explicitHashKey", "2^128"),
        Arguments.of("hash key 2^128", hashed(RING.toString()), "explicitHashKey", "2^128"),
        Arguments.of("hash key with blanks", hashed(" 1"), "explicitHashKey", "2^128"),
        Arguments.of("data over the limit", record("k", 6_001), "6001", "6000"));
  }

  @Test
  void check_dataAndKeyOverTheLimit_isRefusedUnlessTheStreamTakesMore() {
    UserRecord record = record("k".repeat(101), 6_000);

    assertThatThrownBy(() -> intake.check(record, asked -> stream))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "data and partition key have 6101 bytes, at most the stream's record limit of 6100");
    stream.recordLimit(6_101, 1);
    assertThat(intake.check(record, asked -> stream).stream()).isSameAs(stream);
  }

  /** A question mark is also what stands for a character that has no encoding. */
  @ParameterizedTest
  @ValueSource(strings = {"?", "??????", "\u00e9?", "?\ud83d\ude80", "\u20ac"})
  void check_legalKey_isTakenAsItIs(String key) {
    assertThat(intake.check(record(key, 10), asked -> stream).content().partitionKey())
        .isEqualTo(key.getBytes(UTF_8));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("misuses")
  void check_misuse_isRefusedByNameAndLimit(
      String what, UserRecord record, String name, String limit) {
    Throwable refused =
        catchThrowable(
            () ->
                intake.check(
                    record,
                    asked -> {
                      throw new AssertionError("a stream was made for a bad record");
                    }));

    assertThat(refused)
        .as(what)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(limit);
    assertThat(refused.getMessage()).doesNotContain(PAYLOAD).doesNotContain("xxx", "beef", "kkk");
    assertThat(budget.heldBytes()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 256})
  void check_keyOfAllowedLength_isAccepted(int characters) {
    assertThat(check(record("x".repeat(characters), 1)).content().partitionKey())
        .hasSize(characters);
    assertThat(check(record(EMOJI.repeat(characters), 1)).content().partitionKey())
        .as("characters of Unicode, not of Java")
        .hasSize(4 * characters);
  }

  @Test
  void check_greatestHashKey_isAccepted_andLeadingZerosAreDropped() {
    String greatest = RING.subtract(BigInteger.ONE).toString();

    assertThat(check(hashed(greatest)).content().explicitHashKey()).asString().isEqualTo(greatest);
    assertThat(check(hashed("000" + greatest)).content().explicitHashKey())
        .asString()
        .isEqualTo(greatest);
    assertThat(check(hashed("0")).content().explicitHashKey()).asString().isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource({"100, 2, 460", "1000, 2, 2260", "1001, 1, 1259"})
  void check_permit_isTwiceTheSizeIfItMayBeAggregated(int dataBytes, int factor, int permit) {
    assertThat(check(record("kk", dataBytes)).permitBytes())
        .isEqualTo(permit)
        .isEqualTo(factor * (dataBytes + 2) + 256);
  }

  @Test
  void check_permit_countsTheExplicitHashKey() {
    assertThat(check(hashed("123")).permitBytes()).isEqualTo(2 * (10 + 3 + 3) + 256);
  }

  @Test
  void check_largerThanTheWholeBudget_isRefused() {
    AdmissionBudget tiny = new AdmissionBudget(300, 10, 10);
    Intake narrow = intake(tiny);

    assertThatThrownBy(() -> narrow.check(record("k", 100), asked -> stream))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("BufferMaxBytes")
        .hasMessageContaining("300")
        .hasMessageContaining("458");
  }

  @Test
  void check_data_isReadFromPositionToLimit_andThePositionStays() {
    ByteBuffer data = ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4});
    data.position(1).limit(4);

    CheckedRecord checked = check(UserRecord.of("stream", "k", data));

    assertThat(checked.content().dataBytes()).isEqualTo(3);
    assertThat(data.position()).isEqualTo(1);
  }

  @Test
  void append_admitted_holdsItsPermit() {
    CheckedRecord checked = check(record("k", 100));
    assertThat(admit(checked)).isNull();

    PendingRecord pending = intake.append(checked, 77);

    assertThat(pending.admittedNanos()).isEqualTo(77);
    assertThat(pending.permitBytes()).isEqualTo(checked.permitBytes());
    assertThat(budget.heldBytes()).isEqualTo(checked.permitBytes());
  }

  @Test
  void append_streamClosed_isRefusedAndThePermitIsBack() {
    CheckedRecord checked = check(record("k", 100));
    assertThat(admit(checked)).isNull();
    stream.giveUp(
        new Settlement.Failure(FailureReason.PRODUCER_CLOSED, "ProducerClosed", "over", null));

    assertThatThrownBy(() -> intake.append(checked, 77))
        .isInstanceOf(io.kpl4j.RecordRefusedException.class)
        .hasMessageContaining("closed");

    assertThat(budget.heldBytes()).isZero();
    assertThat(budget.heldRecords()).isZero();
  }

  @Test
  void giveBack_wakesWhoFitsNow() {
    CheckedRecord first = check(record("k", 3_000));
    CheckedRecord second = check(record("k", 3_000));
    CheckedRecord third = check(record("k", 5_500));
    assertThat(admit(first)).isNull();
    assertThat(admit(second)).isNull();
    Waiter waiter = requireNonNull(admit(third));

    intake.giveBack(first);
    intake.giveBack(second);

    assertThat(waiter.state()).isEqualTo(Waiter.State.GRANTED);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 40, 130, 600, 9_000, 40_000})
  void check_permitsOfWhatIsInAnOpenPart_coverItsChunks(int dataBytes) {
    SplittableRandom random = new SplittableRandom(dataBytes);
    Intake roomy =
        new Intake(new AdmissionBudget(1 << 30, 1_000, 1_000), new SimulationSettings().pipeline());
    for (int run = 0; run < 300; run++) {
      ChunkPool pool = new ChunkPool(1 << 24);
      AggregateEncoder part = new AggregateEncoder(51_200, Integer.MAX_VALUE, pool);
      long permits = 0;
      int count = random.nextInt(1, 30);
      for (int i = 0; i < count; i++) {
        CheckedRecord next =
            roomy.check(
                record("k".repeat(random.nextInt(1, 20)), random.nextInt(dataBytes + 1)),
                asked -> stream);
        UserContent content = next.content();
        if (content.addTo(part)) {
          permits += next.permitBytes();
        }
      }
      part.seal().release();
      assertThat(pool.keptBytes())
          .as("%s records", count)
          .isPositive()
          .isLessThanOrEqualTo(permits);
    }
  }

  /** Neither the record nor its permit may overflow: a negative permit would make room for all. */
  @Test
  void check_payloadOfTwoGiB_isRefused(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("sparse");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(Integer.MAX_VALUE);
      UserRecord huge =
          UserRecord.of(
              "stream", "key", sparse.getChannel().map(MapMode.READ_ONLY, 0, Integer.MAX_VALUE));
      Intake unlimited = new Intake(budget, new SimulationSettings().pipeline());

      assertThatThrownBy(() -> unlimited.check(huge, asked -> stream))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("2147483650");
    }
  }

  /** Logging inside a put may put, if the logs go to Kinesis. */
  @Test
  void check_whileAnotherPutOfTheThreadIsUnderWay_leavesThatAlone() {
    CheckedRecord outer = check(record("outer", 3));
    CheckedRecord inner = check(record("inner", 7));

    assertThat(outer).isNotSameAs(inner);
    assertThat(outer.content().partitionKey()).isEqualTo("outer".getBytes(UTF_8));
    assertThat(outer.content().dataBytes()).isEqualTo(3);
    assertThat(outer.content().hashKey()).isEqualTo(HashKey.ofPartitionKey("outer"));
  }

  @Test
  void check_afterThePutIsOver_fillsTheSameAgain() {
    onThreadOfItsOwn(
        () -> {
          CheckedRecord first = check(record("first", 9));
          first.close();
          assertThat(first.content().dataBytes()).as("nothing of the caller's is kept").isZero();

          CheckedRecord second = check(record("other", 7).withExplicitHashKey("5"));
          assertThat(second).isSameAs(first);
          second.close();
          CheckedRecord third = check(record("third", 7));
          assertThat(third.content().explicitHashKey()).isNull();
          assertThat(third.content().hashKey()).isEqualTo(HashKey.ofPartitionKey("third"));
        });
  }

  @Test
  void check_refused_isFreeAgain() {
    onThreadOfItsOwn(
        () -> {
          CheckedRecord before = check(record("k", 1));
          before.close();
          assertThatThrownBy(() -> check(record("", 1)))
              .isInstanceOf(IllegalArgumentException.class);

          assertThat(check(record("k", 1))).isSameAs(before);
        });
  }

  /** Others have left theirs in use on the thread of the tests. */
  private static void onThreadOfItsOwn(Runnable body) {
    CompletableFuture.runAsync(body, task -> new Thread(task).start()).join();
  }

  /** The waiting room keeps a copy while its caller puts on. */
  @Test
  void copied_thenTheNextPut_keepsItsBytes() {
    CheckedRecord checked = check(record("first", 3));
    CheckedRecord copy = checked.copied();
    checked.close();
    check(record("other", 9)).close();

    assertThat(copy.content().partitionKey()).isEqualTo("first".getBytes(UTF_8));
    assertThat(copy.content().dataBytes()).isEqualTo(3);
    assertThat(copy.record().partitionKey()).isEqualTo("first");
  }

  @Test
  void append_producerFailsAfterThePermit_isRefusedWithTheCause() {
    CheckedRecord checked = check(record("key", 10));
    admit(checked);
    Throwable fault = new InternalError("broken");
    stream.giveUp(Settlement.internal(fault));

    assertThatThrownBy(() -> intake.append(checked, 1))
        .isInstanceOfSatisfying(
            RecordRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.PRODUCER_FAILED))
        .hasCause(fault);
    assertThat(budget.heldRecords()).isZero();
  }
}
