// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static io.kpl4j.benchmarks.run.Contender.BARE_JVM;
import static io.kpl4j.benchmarks.run.Contender.KPL;
import static io.kpl4j.benchmarks.run.Contender.KPL4J;
import static io.kpl4j.benchmarks.run.Contender.KPL4J_EAGER;
import static io.kpl4j.benchmarks.run.Contender.KPL4J_JDK_TLS;
import static io.kpl4j.benchmarks.run.Contender.KPL4J_ORDERED;
import static io.kpl4j.benchmarks.run.Contender.KPL4J_PLAIN;
import static io.kpl4j.benchmarks.run.Contender.SDK;

import java.util.List;

/** What there is to do. Stateless. */
final class Workloads {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /** All of them, in the order in which they run. */
  static final List<Workload> ALL =
      List.of(
          // First, as producers keep what they know of streams, the KPL with a timer for each.
          new Workload("idle", "nothing to do", Workload.Kind.IDLE, 100)
              .by(KPL4J, BARE_JVM)
              .onceBy(KPL)
              .quickBy(KPL4J, KPL, BARE_JVM),
          Workload.saturating("100b", "100 B", 100)
              .by(KPL4J, KPL, KPL4J_JDK_TLS)
              .onceBy(SDK)
              .quickBy(KPL4J, KPL),
          Workload.saturating("1k", "1 KiB", KIB)
              .by(KPL4J, KPL, KPL4J_JDK_TLS)
              .onceBy(SDK, KPL4J_ORDERED, KPL4J_PLAIN)
              .quickBy(KPL4J, KPL),
          Workload.saturating("10k", "10 KiB", 10 * KIB).by(KPL4J, KPL, KPL4J_JDK_TLS),
          Workload.paced("1k-20000", 20_000)
              .by(KPL4J, KPL, KPL4J_EAGER)
              .quickBy(KPL4J, KPL, KPL4J_EAGER),
          Workload.paced("1k-5000", 5_000).onceBy(KPL4J, KPL, KPL4J_EAGER),
          Workload.saturating("1k-1-shard", "1 KiB, 1 shard", KIB)
              .shards(1)
              .outstanding(64 * MIB)
              .by(KPL4J),
          Workload.saturating("1k-1000-shards", "1 KiB, 1,000 shards", KIB)
              .shards(1_000)
              .outstanding(64 * MIB)
              .by(KPL4J),
          Workload.saturating("100b-8-callers", "100 B, 8 callers", 100).callers(8).onceBy(KPL4J),
          Workload.saturating("1k-100-streams", "1 KiB, 100 streams of 2 shards", KIB)
              .streams(100)
              .shards(2)
              .outstanding(64 * MIB)
              .onceBy(KPL4J, KPL),
          Workload.saturating("localstack", "1 KiB", KIB).onLocalStack().onceBy(KPL4J, KPL, SDK),
          Workload.paced("localstack-100", 100).onLocalStack().onceBy(KPL4J, KPL),
          Workload.saturating("1k-small-heap", "1 KiB, heap of 256 MiB", KIB)
              .apart(256)
              .by(KPL4J, KPL)
              .quickBy(KPL4J, KPL),
          Workload.saturating("1k-large-heap", "1 KiB, heap of 1 GiB", KIB).apart(KIB).by(KPL),
          new Workload("start", "start to the first record", Workload.Kind.START, 100)
              .apart(KIB)
              .by(KPL4J, KPL)
              .onceBy(SDK)
              .quickBy(KPL4J, KPL));

  private Workloads() {}

  static Workload of(String id) {
    return ALL.stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no workload " + id));
  }
}
