// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.Stories.simulation;
import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.WarmUpFailedException;
import io.kpl4j.WarmUpReport;
import io.kpl4j.WarmUpReport.StreamReport;
import io.kpl4j.internal.send.KinesisConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Streams are readied before traffic, in virtual time. */
class WarmUpTest {

  private final SimulationSettings settings = new SimulationSettings();

  private static WarmUpReport report(Simulation run, String... streams) {
    CompletableFuture<WarmUpReport> warmUp = run.producer().warmUp(streams);
    assertThat(warmUp).isNotDone();
    run.runUntil("it is warm", SECOND, warmUp::isDone);
    return warmUp.join();
  }

  private static List<String> problems(Simulation run, String... streams) {
    CompletableFuture<WarmUpReport> warmUp = run.producer().warmUp(streams);
    run.runUntil("it is known", SECOND, warmUp::isDone);
    Throwable failure = warmUp.handle((report, thrown) -> thrown).join();
    assertThat(failure).isInstanceOf(WarmUpFailedException.class);
    return ((WarmUpFailedException) failure).problems();
  }

  @Test
  void warmUp_ofTwoStreams_listsDescribesAndOpensConnections() {
    Simulation run = simulation(settings, 4);
    run.kinesis.create("t", 7);
    run.kinesis.metadata.maxRecordBytes.put("t", 10L << 20);
    WarmUpReport report = report(run, "s", "t", "s");

    assertThat(report.problems()).isEmpty();
    assertThat(report.streams()).extracting(StreamReport::name).containsExactly("s", "t");
    StreamReport second = report.streams().get(1);
    assertThat(second.openShards()).hasValue(7);
    assertThat(second.missingPermissions()).isEmpty();
    WarmUpReport.Description said = second.description().orElseThrow();
    assertThat(said.arn()).endsWith(":stream/t");
    assertThat(said.mode()).hasValue("PROVISIONED");
    assertThat(said.maxRecordBytes()).hasValue(10L << 20);
    assertThat(run.kinesis.metadata.knocks).isEqualTo(settings.maxRequests);
    assertThat(run.kinesis.listings).isEqualTo(2);
    assertThat(run.stream("t").recordLimitBytes()).isEqualTo(10L << 20);
    assertThat(report).hasToString("WarmUpReport[[s, 4 open shards], [t, 7 open shards]]");
  }

  @Test
  void put_afterAWarmUp_goesByTheMapFromTheFirstRecordOn() {
    Simulation run = simulation(settings, 4);
    report(run, "s");
    for (int i = 0; i < 100; i++) {
      run.put("s", "key-" + i, 100);
    }
    assertThat(run.finish(SECOND).succeeded).isEqualTo(100);
    assertThat(run.kinesis.entries).isEqualTo(4);
  }

  @Test
  void warmUp_withoutPermissionToListAndDescribe_namesBothAndTheStream() {
    Simulation run = simulation(settings, 4);
    run.kinesis.weather.listDenied = true;
    run.kinesis.weather.describeDenied = true;
    WarmUpReport report = report(run, "s");

    assertThat(report.streams().get(0).missingPermissions())
        .containsExactlyInAnyOrder("kinesis:ListShards", "kinesis:DescribeStreamSummary");
    assertThat(report.streams().get(0).openShards()).isEmpty();
    assertThat(report.streams().get(0).description()).isEmpty();
    assertThat(report.problems())
        .hasSize(2)
        .anyMatch(
            text ->
                text.startsWith("s: kinesis:ListShards is not permitted")
                    && text.endsWith("records are sent one by one"))
        .anyMatch(text -> text.startsWith("s: kinesis:DescribeStreamSummary is not permitted"));
  }

  @Test
  void warmUp_withoutPermissionToPut_fails() {
    Simulation run = simulation(settings, 1);
    run.kinesis.weather.denied = true;
    assertThat(problems(run, "s"))
        .containsExactly("s: kinesis:PutRecords is not permitted (AccessDeniedException: to s)");
  }

  @Test
  void warmUp_ofAStreamThatIsNotThere_fails() {
    Simulation run = simulation(settings, 1);
    run.kinesis.weather.missing = true;
    assertThat(problems(run, "s"))
        .hasSize(1)
        .allMatch(text -> text.startsWith("s: there is no such stream"));
  }

  @Test
  void warmUp_ofAServiceThatCannotBeReached_fails() {
    Simulation run = simulation(settings, 1);
    run.kinesis.weather.dead = true;
    assertThat(problems(run, "s"))
        .containsExactly("s: PutRecords gets no answer (ConnectException: refused)");
  }

  @Test
  void warmUp_withWrongCredentials_fails() {
    Simulation run = simulation(settings, 1);
    run.kinesis.weather.credentialsWrong = true;
    assertThat(problems(run, "s"))
        .containsExactly("s: the credentials are not accepted (ExpiredTokenException: to s)");
  }

  @Test
  void warmUp_ofAServiceRoutedStream_listsNothing() {
    settings.serviceRouted = true;
    Simulation run = simulation(settings, 3);
    WarmUpReport report = report(run, "s");
    assertThat(report.problems()).isEmpty();
    assertThat(report.streams().get(0).openShards()).isEmpty();
    assertThat(run.kinesis.listings).isZero();
  }

  @Test
  void warmUp_withinTheIntervalOfTheLast_describesNoMore() {
    Simulation run = simulation(settings, 1);
    report(run, "s");
    run.run(10 * SECOND);
    assertThat(report(run, "s").streams().get(0).description()).isPresent();
    assertThat(run.kinesis.metadata.describedNanos).hasSize(1);
    assertThat(run.kinesis.listings).isEqualTo(2);
  }

  @Test
  void warmUp_ofNothing_isOverAtOnce() {
    Simulation run = simulation(settings, 1);
    assertThat(report(run).streams()).isEmpty();
  }

  @Test
  void warmUp_ofWhatIsNoStream_isRefused() {
    Simulation run = simulation(settings, 1);
    assertThatThrownBy(() -> run.producer().warmUp("s", "not a stream"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a stream");
    assertThat(run.streams).isEmpty();
  }

  @Test
  void warmUp_senderThrows_fails() {
    Simulation run = simulation(settings, 1);
    run.kinesis.sendThrows = new IllegalStateException("thrown by the sender");
    assertThat(problems(run, "s"))
        .hasSize(1)
        .allMatch(text -> text.contains("IllegalStateException"));
    run.run(10 * MILLI);
    assertThat(run.pipelines.failure()).isNull();
  }

  private static String[] manyStreams(Simulation run, int count) {
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = "many-" + i;
      run.kinesis.create(names[i], 1);
    }
    run.kinesis.weather.listNanos = 20 * MILLI;
    return names;
  }

  @Test
  void warmUp_ofManyStreams_listsAndDescribesAFewAtOnceAndAllInTheEnd() {
    Simulation run = simulation(settings, 1);
    String[] names = manyStreams(run, 200);
    CompletableFuture<WarmUpReport> warmUp = run.producer().warmUp(names);
    run.runUntil("it is warm", 20 * SECOND, warmUp::isDone);
    assertThat(warmUp.join().streams()).extracting(StreamReport::name).containsExactly(names);
    assertThat(warmUp.join().streams())
        .allMatch(report -> report.openShards().isPresent() && report.description().isPresent());
    assertThat(run.client.mostControlCalls).isEqualTo(KinesisConnection.CONTROL_CALLS);
    assertThat(run.kinesis.metadata.knocks).isEqualTo(200);
    assertThat(run.kinesis.metadata.mostKnocksAtOnce).isEqualTo(settings.maxRequests);
  }

  @Test
  void put_toManyStreamsFromCold_listsAFewAtOnceAndAllInTheEnd() {
    Simulation run = simulation(settings, 1);
    String[] names = manyStreams(run, 100);
    for (String name : names) {
      run.put(name, "key", 100);
    }
    assertThat(run.finish(20 * SECOND).succeeded).isEqualTo(100);
    assertThat(names).allMatch(name -> run.stream(name).listings().tracker().map() != null);
    assertThat(run.client.mostControlCalls).isEqualTo(KinesisConnection.CONTROL_CALLS);
  }

  @Test
  void warmUp_listingsGetNoAnswer_othersAreListedAfterThem() {
    Simulation run = simulation(settings, 1);
    String[] names = manyStreams(run, 12);
    run.kinesis.metadata.silent = true;
    CompletableFuture<WarmUpReport> warmUp = run.producer().warmUp(names);
    run.runUntil("all is given up", 600 * SECOND, warmUp::isDone);
    assertThat(names).allMatch(name -> run.stream(name).listings().tracker().map() != null);
  }
}
