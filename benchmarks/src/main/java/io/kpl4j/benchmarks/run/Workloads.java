// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static io.kpl4j.benchmarks.run.Contender.KPL;
import static io.kpl4j.benchmarks.run.Contender.KPL4J;
import static io.kpl4j.benchmarks.run.Contender.KPL4J_EAGER;
import static io.kpl4j.benchmarks.run.Contender.KPL4J_JDK_TLS;
import static io.kpl4j.benchmarks.run.Contender.KPL4J_ORDERED;
import static io.kpl4j.benchmarks.run.Contender.KPL4J_PLAIN;
import static io.kpl4j.benchmarks.run.Contender.SDK;
import static io.kpl4j.benchmarks.run.Contender.SDK_JDK_TLS;

import java.util.List;

/** What there is to do. Stateless. */
final class Workloads {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /** All of them, the most telling first. */
  static final List<Workload> ALL =
      List.of(
          Workload.saturating("100b", "100 B", 100)
              .by(KPL4J, KPL, SDK)
              .sometimesBy(KPL4J_JDK_TLS)
              .quickBy(KPL4J, KPL, SDK),
          Workload.saturating("1k", "1 KiB", KIB)
              .by(KPL4J, KPL, SDK)
              .sometimesBy(KPL4J_JDK_TLS, SDK_JDK_TLS, KPL4J_EAGER, KPL4J_ORDERED, KPL4J_PLAIN)
              .quickBy(KPL4J, KPL, SDK, KPL4J_JDK_TLS, KPL4J_ORDERED, KPL4J_PLAIN),
          Workload.saturating("10k", "10 KiB", 10 * KIB)
              .by(KPL4J, KPL, SDK)
              .sometimesBy(KPL4J_JDK_TLS)
              .quickBy(KPL4J, KPL, SDK),
          Workload.paced("1k-20000", 20_000)
              .by(KPL4J, KPL, KPL4J_EAGER)
              .quickBy(KPL4J, KPL, KPL4J_EAGER),
          Workload.paced("1k-5000", 5_000).times(2).by(KPL4J, KPL, KPL4J_EAGER),
          Workload.saturating("1k-small-heap", "1 KiB, heap of 256 MiB", KIB)
              .heap(256)
              .times(2)
              .by(KPL4J, KPL),
          Workload.saturating("1k-1-shard", "1 KiB, 1 shard", KIB)
              .shards(1)
              .outstanding(64 * MIB)
              .times(2)
              .by(KPL4J)
              .sometimesBy(KPL),
          Workload.saturating("1k-16-shards", "1 KiB, 16 shards", KIB)
              .outstanding(64 * MIB)
              .times(2)
              .by(KPL4J)
              .sometimesBy(KPL),
          Workload.saturating("1k-1000-shards", "1 KiB, 1,000 shards", KIB)
              .shards(1_000)
              .outstanding(64 * MIB)
              .times(2)
              .by(KPL4J)
              .sometimesBy(KPL),
          Workload.saturating("1k-100-streams", "1 KiB, 100 streams of 2 shards", KIB)
              .streams(100)
              .shards(2)
              .outstanding(64 * MIB)
              .times(2)
              .by(KPL4J)
              .sometimesBy(KPL),
          Workload.saturating("100b-8-callers", "100 B, 8 callers", 100)
              .callers(8)
              .times(2)
              .by(KPL4J)
              .sometimesBy(KPL),
          new Workload("idle", "nothing to do", Workload.Kind.IDLE, 100)
              .times(2)
              .by(KPL4J)
              .sometimesBy(KPL)
              .quickBy(KPL4J, KPL),
          new Workload("start", "start to the first record", Workload.Kind.START, 100)
              .times(5)
              .by(KPL4J, KPL, SDK)
              .quickBy(KPL4J, KPL),
          Workload.saturating("localstack", "1 KiB", KIB)
              .onLocalStack()
              .times(2)
              .by(KPL4J, KPL, SDK)
              .quickBy(KPL4J, KPL, SDK),
          Workload.paced("localstack-100", 100)
              .onLocalStack()
              .times(1)
              .by(KPL4J, KPL, KPL4J_EAGER)
              .quickBy(KPL4J, KPL, KPL4J_EAGER));

  private Workloads() {}

  static Workload of(String id) {
    return ALL.stream()
        .filter(each -> each.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no workload " + id));
  }
}
