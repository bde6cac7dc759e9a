// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.KinesisException;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;

/** Every kind of fault, as the real SDK sees it. */
final class FaultScriptTest extends ServerFixture {

  FaultScriptTest() {
    super(KinesisTestServer.builder().stream(STREAM, 1));
  }

  @Test
  void add_afterAndTimes_meetJustThoseCalls() {
    server.faults().add(Fault.on("PutRecords").after(2).times(2).httpError(503));

    List<Boolean> succeeded = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      succeeded.add(putLater(entries(1, 1)).handle((response, failure) -> failure == null).join());
    }

    assertThat(succeeded).containsExactly(true, true, false, false, true, true);
    assertThat(server.calls("PutRecords")).isEqualTo(6);
    assertThat(server.recordCount(STREAM)).isEqualTo(4);
  }

  @Test
  void add_otherOperation_isNotMet() {
    server.faults().add(Fault.on("PutRecords").httpError(500));

    assertThat(client.listShards(r -> r.streamName(STREAM)).join().shards()).hasSize(1);
  }

  @Test
  void add_anyOperation_isMet() {
    server.faults().add(Fault.on(Fault.ANY_OPERATION).httpError(500));

    assertThatFailureOf(client.listShards(r -> r.streamName(STREAM)))
        .isInstanceOf(KinesisException.class);
  }

  @Test
  void add_twoFaultsForOneCall_theFirstActsAndTheSecondIsNotPutOff() {
    server.faults().add(Fault.on("PutRecords").httpError(500));
    server.faults().add(Fault.on("PutRecords").times(2).httpError(503));

    assertThatFailureOf(putLater(entries(1, 1))).hasMessageContaining("Status Code: 500");
    assertThatFailureOf(putLater(entries(1, 1))).hasMessageContaining("Status Code: 503");
    assertThat(put(entries(1, 1)).failedRecordCount()).isZero();
  }

  @Test
  void clear_afterAdd_allCallsSucceed() {
    server.faults().add(Fault.on("PutRecords").always().httpError(500));
    server.faults().clear();

    assertThat(put(entries(1, 1)).failedRecordCount()).isZero();
  }

  @Test
  void withChance_sameSeed_meetsTheSameCalls() {
    List<List<Boolean>> runs = new ArrayList<>();
    for (int run = 0; run < 2; run++) {
      server.faults().clear();
      server.faults().add(Fault.on("PutRecords").always().withChance(0.5).seed(42).httpError(500));
      List<Boolean> succeeded = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        succeeded.add(
            putLater(entries(1, 1)).handle((response, failure) -> failure == null).join());
      }
      runs.add(succeeded);
    }

    assertThat(runs.get(0)).isEqualTo(runs.get(1)).contains(true, false);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void httpError_anyStatus_storesNothing(int status) {
    server.faults().add(Fault.on("PutRecords").httpError(status));

    assertThatFailureOf(putLater(entries(1, 1)))
        .isInstanceOfSatisfying(
            KinesisException.class, e -> assertThat(e.statusCode()).isEqualTo(status));
    assertThat(server.recordCount(STREAM)).isZero();
  }

  @Test
  void error_codeOfTheService_isItsException() {
    server.faults().add(Fault.on("PutRecords").error(400, "AccessDeniedException", "not you"));

    assertThatFailureOf(putLater(entries(1, 1)))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("not you");
  }

  @Test
  void throttleEntries_all_marksEachAndStoresNone() {
    server.faults().add(Fault.on("PutRecords").throttleEntries());

    PutRecordsResponse response = put(entries(3, 1));

    assertThat(response.failedRecordCount()).isEqualTo(3);
    assertThat(response.records())
        .extracting(PutRecordsResultEntry::errorCode)
        .containsOnly("ProvisionedThroughputExceededException");
    assertThat(server.recordCount(STREAM)).isZero();
  }

  @Test
  void internalFailureEntries_someByChance_storesTheOthers() {
    server.faults().add(Fault.on("PutRecords").seed(3).internalFailureEntries(0.5));

    PutRecordsResponse response = put(entries(200, 1));

    assertThat(response.failedRecordCount()).isBetween(50, 150);
    assertThat(server.refusedEntries("InternalFailure"))
        .isEqualTo(response.failedRecordCount().longValue());
    assertThat(server.recordCount(STREAM)).isEqualTo(200 - response.failedRecordCount());
    assertThat(response.records())
        .allSatisfy(
            entry ->
                assertThat(entry.errorCode() == null ? "InternalFailure" : entry.errorCode())
                    .isEqualTo("InternalFailure"));
  }

  @Test
  void throttleEntries_singlePut_failsTheCall() {
    server.faults().add(Fault.on("PutRecord").throttleEntries());

    assertThatFailureOf(
            client.putRecord(
                r -> r.streamName(STREAM).partitionKey("k").data(SdkBytes.fromUtf8String("v"))))
        .hasMessageContaining("Rate exceeded");
  }

  @Test
  void resetConnection_beforeRead_failsAndStoresNothing() {
    server.faults().add(Fault.on("PutRecords").resetConnection());

    assertThatFailureOf(putLater(entries(10, 100_000)))
        .isInstanceOf(SdkClientException.class)
        .hasRootCauseInstanceOf(IOException.class);
    assertThat(server.recordCount(STREAM)).isZero();
    assertThat(put(entries(1, 1)).failedRecordCount()).isZero();
  }

  @Test
  void loseReply_stored_failsOnTheClientOnly() {
    server.faults().add(Fault.on("PutRecords").loseReply());

    assertThatFailureOf(putLater(entries(2, 1))).isInstanceOf(SdkClientException.class);
    assertThat(server.recordCount(STREAM)).isEqualTo(2);
  }

  @Test
  void cutReply_stored_failsOnTheClientOnly() {
    server.faults().add(Fault.on("PutRecords").cutReply());

    assertThatFailureOf(putLater(entries(100, 1))).isInstanceOf(SdkClientException.class);
    assertThat(server.recordCount(STREAM)).isEqualTo(100);
  }

  @Test
  void delayReply_stored_answersOnlyThen() {
    server.faults().add(Fault.on("PutRecords").delayReply(Duration.ofMillis(300)));
    long startNanos = System.nanoTime();

    put(entries(1, 1));

    assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
        .isGreaterThan(Duration.ofMillis(300));
  }

  @Test
  void neverAnswer_anyCall_staysOpenAndStoresNothing() {
    server.faults().add(Fault.on("PutRecords").neverAnswer());

    CompletableFuture<PutRecordsResponse> hanging = putLater(entries(1, 1));
    Awaitility.await().until(() -> server.calls("PutRecords") == 1);
    put(entries(1, 1));

    assertThat(hanging).isNotDone();
    assertThat(server.recordCount(STREAM)).isEqualTo(1);
    server.suspend();
    assertThatFailureOf(hanging).isInstanceOf(SdkClientException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1})
  void wrongEntryCount_anyDifference_storesAllTheSame(int difference) {
    server.faults().add(Fault.on("PutRecords").wrongEntryCount(difference));

    assertThat(put(entries(5, 1)).records()).hasSize(5 + difference);
    assertThat(server.recordCount(STREAM)).isEqualTo(5);
  }

  @Test
  void garbageBody_stored_failsOnTheClientOnly() {
    server.faults().add(Fault.on("PutRecords").garbageBody());

    assertThatFailureOf(putLater(entries(2, 1))).isInstanceOf(SdkClientException.class);
    assertThat(server.recordCount(STREAM)).isEqualTo(2);
  }

  @Test
  void lasting_clockMoved_meetsAllOfThatTime() {
    server
        .faults()
        .add(Fault.on("PutRecords").after(1).lasting(Duration.ofSeconds(2)).httpError(500));

    assertThat(putSucceeds()).isTrue();
    clock.advance(Duration.ofSeconds(10));
    assertThat(putSucceeds()).isFalse();
    clock.advance(Duration.ofMillis(1_999));
    assertThat(putSucceeds()).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(putSucceeds()).isTrue();
  }

  @Test
  void after_aTime_countsNothingBefore() {
    server.faults().add(Fault.on("PutRecords").after(Duration.ofSeconds(1)).httpError(500));

    assertThat(putSucceeds()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(putSucceeds()).isFalse();
    assertThat(putSucceeds()).isTrue();
  }

  @Test
  void addSequence_threeFaults_takeTurns() {
    server
        .faults()
        .addSequence(
            Fault.on("PutRecords").after(1).times(2).httpError(500),
            Fault.on("PutRecords").lasting(Duration.ofSeconds(2)).httpError(503),
            Fault.on("PutRecords").after(1).expiredToken());

    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      outcomes.add(putOutcome());
    }
    clock.advance(Duration.ofSeconds(2));
    for (int i = 0; i < 3; i++) {
      outcomes.add(putOutcome());
    }

    assertThat(outcomes)
        .containsExactly("stored", "500", "500", "503", "503", "stored", "400", "stored");
  }

  @Test
  void throttleCall_anyCall_isItsExceptionAndStoresNothing() {
    server.faults().add(Fault.on("PutRecords").throttleCall());

    assertThatFailureOf(putLater(entries(1, 1)))
        .isInstanceOf(ProvisionedThroughputExceededException.class);
    assertThat(server.recordCount(STREAM)).isZero();
  }

  @Test
  void expiredToken_anyCall_isItsException() {
    server.faults().add(Fault.on("PutRecords").expiredToken());

    assertThatFailureOf(putLater(entries(1, 1)))
        .isInstanceOfSatisfying(
            KinesisException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ExpiredTokenException"));
    assertThat(server.recordCount(STREAM)).isZero();
  }

  @Test
  void delayReply_twoBounds_answersNoSoonerThanTheLeast() {
    Duration least = Duration.ofMillis(100);
    server.faults().add(Fault.on("PutRecords").delayReply(least, Duration.ofMillis(200)));
    long startNanos = System.nanoTime();

    put(entries(1, 1));

    assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isGreaterThan(least);
  }

  @Test
  void blackHole_call_staysOpenAndStoresNothing() {
    server.faults().add(Fault.on("PutRecords").blackHole());

    CompletableFuture<PutRecordsResponse> hanging = putLater(entries(10, 100_000));
    Awaitility.await().until(() -> server.calls("PutRecords") == 1);
    put(entries(1, 1));

    assertThat(hanging).isNotDone();
    assertThat(server.recordCount(STREAM)).isEqualTo(1);
    server.suspend();
    assertThatFailureOf(hanging).isInstanceOf(SdkClientException.class);
  }

  @Test
  void run_split_happensBeforeTheCallTakesEffect() {
    server
        .faults()
        .add(Fault.on("PutRecords").after(1).run(() -> server.splitShard(STREAM, FIRST_SHARD)));

    assertThat(put(entries(1, 1)).records().get(0).shardId()).isEqualTo(FIRST_SHARD);
    assertThat(put(entries(1, 1)).records().get(0).shardId()).isNotEqualTo(FIRST_SHARD);
    assertThat(server.shards(STREAM)).hasSize(3);
  }

  @Test
  void run_delete_failsTheCall() {
    server.faults().add(Fault.on("PutRecords").run(() -> server.deleteStream(STREAM)));

    assertThatFailureOf(putLater(entries(1, 1))).isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void run_actionThrows_isAnInternalFailure() {
    server
        .faults()
        .add(
            Fault.on("PutRecords")
                .run(
                    () -> {
                      throw new IllegalArgumentException("no such shard");
                    }));

    assertThatFailureOf(putLater(entries(1, 1)))
        .hasMessageContaining("no such shard")
        .hasMessageContaining("Status Code: 500");
    assertThat(server.recordCount(STREAM)).isZero();
  }

  private boolean putSucceeds() {
    return putOutcome().equals("stored");
  }

  private String putOutcome() {
    return putLater(entries(1, 1))
        .handle((response, failure) -> failure == null ? "stored" : status(failure.getCause()))
        .join();
  }

  private static String status(@Nullable Throwable failure) {
    return failure instanceof KinesisException error
        ? Integer.toString(error.statusCode())
        : String.valueOf(failure);
  }
}
