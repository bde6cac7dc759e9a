// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.engine.KinesisModel.Shard;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What several stories in virtual time are told with. Stateless. */
final class Stories {

  private Stories() {}

  static Simulation simulation(SimulationSettings settings, int shards) {
    Simulation run = new Simulation(settings);
    run.kinesis.create("s", shards);
    return run;
  }

  /** Puts so many records of so many bytes to stream "s" evenly over so long. */
  static void load(Simulation run, int records, int size, long nanos) {
    for (int i = 0; i < records; i++) {
      String key = "key-" + i;
      run.time.after(nanos * i / records, () -> run.put("s", key, size));
    }
  }

  static void assertAllSucceeded(Outcome outcome, int records) {
    assertThat(outcome.failures).isEmpty();
    assertThat(outcome.succeeded).isEqualTo(records);
  }

  /** Splits and merges until there are so many open shards of the same width, twice or half. */
  static void updateShardCount(Simulation run, int target) {
    List<Shard> open = run.kinesis.openShards("s");
    if (target == 2 * open.size()) {
      open.forEach(shard -> run.kinesis.split("s", shard));
    } else {
      assertThat(2 * target).isEqualTo(open.size());
      for (int i = 0; i < target; i++) {
        run.kinesis.mergeAt("s", i);
      }
    }
  }

  /** Copies that consumers see of each record that was put at or after the moment. */
  static Map<Long, Integer> copiesSince(Simulation run, long nanos) {
    Map<Long, Integer> copies = new HashMap<>();
    run.puts.stream()
        .filter(put -> put.accepted() && put.calledNanos >= nanos)
        .forEach(put -> copies.put(put.id, 0));
    run.kinesis
        .consume("s")
        .forEach(
            seen ->
                copies.computeIfPresent(
                    SimulatedPut.idOf(seen.record().data()), (id, count) -> count + 1));
    return copies;
  }

  /** What is logged meanwhile. */
  static String logOf(Runnable story) {
    PrintStream error = System.err;
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    System.setErr(new PrintStream(captured, true, UTF_8));
    try {
      story.run();
    } finally {
      System.setErr(error);
    }
    return captured.toString(UTF_8);
  }
}
