// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.Stories.copiesSince;
import static io.kpl4j.internal.engine.Stories.load;
import static io.kpl4j.internal.engine.Stories.simulation;
import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stream is deleted and made again under the same name, with the same ids and other ranges. */
class MadeAnewTest {

  private static final long MINUTE = 60 * SECOND;

  private final SimulationSettings settings = new SimulationSettings();

  @BeforeEach
  void quickly() {
    settings.checkEvery = 10;
    settings.patienceNanos = 20 * SECOND;
  }

  private Simulation busy() {
    Simulation run = simulation(settings, 4);
    run.warmUp("s");
    load(run, 200, 100, SECOND);
    run.run(2 * SECOND);
    assertThat(run.puts).allMatch(SimulatedPut::succeeded);
    return run;
  }

  /** What was put to the new stream and told to be stored is seen by its consumers, once. */
  private static void assertNoneLostSince(Simulation run, long nanos) {
    run.runUntil("everything is done", 60 * SECOND, run::drained);
    var copies = copiesSince(run, nanos);
    run.puts.stream()
        .filter(put -> put.calledNanos >= nanos)
        .forEach(
            put -> {
              assertThat(put.succeeded()).as("%s", put).isTrue();
              assertThat(copies.get(put.id)).as("copies of %s", put).isEqualTo(1);
            });
  }

  private static long madeAnewWhileIdle(Simulation run) {
    // Nobody may ask when it was made.
    run.kinesis.weather.describeDenied = true;
    run.run(20 * SECOND);
    run.kinesis.create("s", 3);
    run.run(20 * SECOND);
    long from = run.time.nowNanos();
    load(run, 200, 100, SECOND);
    run.run(SECOND);
    return from;
  }

  @Test
  void stream_madeAnewWhileIdle_isListedBeforeTheFirstRecordsAreSent() {
    Simulation run = busy();
    long from = madeAnewWhileIdle(run);

    assertNoneLostSince(run, from);
    assertThat(run.puts).noneMatch(put -> put.result().mayBeDuplicated());
  }

  @Test
  void stream_madeAnewWhileIdleAndSlowToList_isNotBelievedFromTheOldMap() {
    Simulation run = busy();
    run.kinesis.weather.listNanos = 500 * MILLI;
    long from = madeAnewWhileIdle(run);

    assertNoneLostSince(run, from);
    // The first aggregates went by the old map, and were found to be where consumers drop them.
    assertThat(run.puts).anyMatch(put -> put.result().mayBeDuplicated());
    assertThat(run.puts).allMatch(put -> put.latencyNanos() < 2 * SECOND);
  }

  @Test
  void stream_thatStaysTheSame_isListedOnceAfterASilenceAndNothingIsSentTwice() {
    Simulation run = busy();
    run.run(40 * SECOND);
    int listings = run.kinesis.listings;
    int entries = run.kinesis.entries;
    long from = run.time.nowNanos();
    load(run, 200, 100, SECOND);
    run.run(2 * SECOND);

    assertThat(run.kinesis.listings - listings).isEqualTo(1);
    assertNoneLostSince(run, from);
    assertThat(run.puts).noneMatch(put -> put.result().mayBeDuplicated());
    assertThat(run.kinesis.entries - entries).isLessThan(60);
  }

  @Test
  void stream_silent_isNotListedMoreOftenThanItMust() {
    Simulation run = busy();
    int listings = run.kinesis.listings;
    // Shortly before it is retired: every ten minutes, give or take a half.
    run.run(14 * MINUTE);
    assertThat(run.kinesis.listings - listings).isLessThanOrEqualTo(2);
  }

  @Test
  void listing_deniedAfterASilence_oldMapIsAllThereIs() {
    Simulation run = busy();
    run.kinesis.weather.listDenied = true;
    run.run(40 * SECOND);
    long from = run.time.nowNanos();
    load(run, 200, 100, 100 * SECOND);
    int listings = run.kinesis.listings;
    run.run(101 * SECOND);
    assertNoneLostSince(run, from);
    assertThat(run.kinesis.listings - listings).isLessThan(20);
  }

  @Test
  void listing_failsForAWhileAfterASilence_recordsWaitForIt() {
    Simulation run = busy();
    run.run(40 * SECOND);
    run.kinesis.weather.listFailures = 1;
    run.time.after(3 * SECOND, () -> run.kinesis.weather.listFailures = 0);
    long from = run.time.nowNanos();
    load(run, 200, 100, SECOND);
    run.run(2 * SECOND);
    // But for single records, which are well placed wherever they lie.
    assertThat(run.puts.stream().filter(put -> put.calledNanos >= from && put.done()).count())
        .isLessThan(10);
    assertNoneLostSince(run, from);
  }

  @Test
  void listing_askedBeforeTheStreamWasFoundMissing_isNotBelieved() {
    Simulation run = simulation(settings, 1);
    run.kinesis.weather.describeDenied = true;
    run.kinesis.weather.listNanos = 4 * SECOND;
    load(run, 400, 100, 8 * SECOND);
    run.time.after(2_500 * MILLI, () -> run.kinesis.delete("s"));
    run.time.after(3_200 * MILLI, () -> run.kinesis.create("s", 2));
    run.run(3_200 * MILLI);
    long from = run.time.nowNanos();
    run.run(5 * SECOND);

    assertNoneLostSince(run, from);
  }

  @Test
  void stream_madeAnewWhileBusy_rangesAreForgottenAndListedAnew() {
    settings.ttlNanos = 120 * SECOND;
    Simulation run = busy();
    load(run, 4_000, 100, 40 * SECOND);
    run.time.after(5 * SECOND, () -> run.kinesis.weather.missing = true);
    run.time.after(
        12 * SECOND,
        () -> {
          run.kinesis.weather.missing = false;
          run.kinesis.create("s", 3);
        });
    run.run(13 * SECOND);
    long from = run.time.nowNanos();
    run.run(28 * SECOND);

    assertNoneLostSince(run, from);
    assertThat(run.puts.stream().filter(put -> !put.succeeded()))
        .allMatch(put -> put.failed().reason() == FailureReason.NO_SUCH_STREAM);
  }

  @Test
  void momentOfCreation_changed_clearsAllRangesAndListsAnew() {
    settings.describeIntervalNanos = 2 * SECOND;
    Simulation run = busy();
    run.run(3 * SECOND);
    assertThat(run.kinesis.metadata.describedNanos).isNotEmpty();
    int listings = run.kinesis.listings;
    run.kinesis.create("s", 3);
    // No silence, no failed call: only the moment of creation tells.
    run.run(2 * SECOND + 200 * MILLI);
    assertThat(run.kinesis.listings).isGreaterThan(listings);
    long from = run.time.nowNanos();
    load(run, 200, 100, SECOND);
    run.run(SECOND);

    assertNoneLostSince(run, from);
    assertThat(run.puts).noneMatch(put -> put.result().mayBeDuplicated());
  }

  @Test
  void stream_thatAppearsLater_isListedAtTheFirstAnswer() {
    settings.ttlNanos = 300 * SECOND;
    Simulation run = simulation(settings, 4);
    run.kinesis.weather.missing = true;
    run.warmUp("s");
    run.run(90 * SECOND);
    run.kinesis.weather.missing = false;
    int listings = run.kinesis.listings;
    run.put("s", "first", 100);
    run.run(SECOND);

    assertThat(run.puts).allMatch(SimulatedPut::succeeded);
    // Not only when the delay after failures, of up to 30 s, is over.
    assertThat(run.kinesis.listings).isEqualTo(listings + 1);
    int entries = run.kinesis.entries;
    load(run, 200, 100, 100 * MILLI);
    run.run(SECOND);
    assertThat(run.kinesis.entries - entries).isLessThan(20);
  }
}
