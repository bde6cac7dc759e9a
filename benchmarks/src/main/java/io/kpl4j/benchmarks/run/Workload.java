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

/** What is put, and by whom. Immutable. */
final class Workload {

  /** How a run goes. */
  enum Kind {
    /** As much as goes, held back by what is outstanding. */
    SATURATING,
    /** So many records a second. */
    PACED,
    /** Nothing, after a few records. */
    IDLE,
    /** One record, as soon as the producer is built. */
    START
  }

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final int MAX_OUTSTANDING_RECORDS = 100_000;

  /** All of them, the most telling first. */
  static final List<Workload> ALL =
      List.of(
          saturating("100b", "100 B", 100)
              .by(KPL4J, KPL, SDK)
              .sometimesBy(KPL4J_JDK_TLS, KPL4J_ORDERED)
              .quickBy(KPL4J, KPL, SDK),
          saturating("1k", "1 KiB", KIB)
              .by(KPL4J, KPL, SDK)
              .sometimesBy(KPL4J_JDK_TLS, SDK_JDK_TLS, KPL4J_EAGER, KPL4J_ORDERED, KPL4J_PLAIN)
              .quickBy(KPL4J, KPL, SDK, KPL4J_JDK_TLS, KPL4J_ORDERED, KPL4J_PLAIN),
          saturating("10k", "10 KiB", 10 * KIB)
              .by(KPL4J, KPL, SDK)
              .sometimesBy(KPL4J_JDK_TLS)
              .quickBy(KPL4J, KPL, SDK),
          paced("1k-20000", 20_000)
              .by(KPL4J, KPL, KPL4J_EAGER)
              .sometimesBy(SDK)
              .quickBy(KPL4J, KPL, KPL4J_EAGER),
          paced("1k-5000", 5_000).by(KPL4J, KPL, KPL4J_EAGER),
          saturating("1k-small-heap", "1 KiB, heap of 256 MiB", KIB).heap(256).by(KPL4J, KPL),
          saturating("1k-1-shard", "1 KiB, 1 shard", KIB)
              .shards(1)
              .outstanding(64 * MIB)
              .times(2)
              .by(KPL4J, KPL),
          saturating("1k-16-shards", "1 KiB, 16 shards", KIB)
              .outstanding(64 * MIB)
              .times(2)
              .by(KPL4J, KPL),
          saturating("1k-1000-shards", "1 KiB, 1,000 shards", KIB)
              .shards(1_000)
              .outstanding(64 * MIB)
              .times(2)
              .by(KPL4J, KPL),
          saturating("1k-100-streams", "1 KiB, 100 streams of 2 shards", KIB)
              .streams(100)
              .shards(2)
              .outstanding(64 * MIB)
              .times(2)
              .by(KPL4J, KPL),
          saturating("100b-8-callers", "100 B, 8 callers", 100).callers(8).times(2).by(KPL4J, KPL),
          new Workload("idle", "nothing to do", Kind.IDLE, 100)
              .times(2)
              .by(KPL4J, KPL)
              .quickBy(KPL4J, KPL),
          new Workload("start", "start to the first record", Kind.START, 100)
              .times(5)
              .by(KPL4J, KPL, SDK)
              .quickBy(KPL4J, KPL),
          saturating("localstack", "1 KiB", KIB)
              .onLocalStack()
              .times(2)
              .by(KPL4J, KPL, SDK)
              .quickBy(KPL4J, KPL, SDK),
          paced("localstack-100", 100)
              .onLocalStack()
              .times(2)
              .by(KPL4J, KPL, KPL4J_EAGER)
              .quickBy(KPL4J, KPL, KPL4J_EAGER));

  private final String id;
  private String title;
  private final Kind kind;
  private final int recordBytes;
  private int perSecond;
  private int streams = 1;
  private int shards = 16;
  private int callers = 1;
  private int outstandingBytes = 16 * MIB;
  private int heapMebibytes = 1 << 10;
  private int times = 3;
  private List<Contender> contenders = List.of();
  private List<Contender> extras = List.of();
  private List<Contender> quick = List.of();
  private boolean forLocalStack;

  private Workload(String id, String title, Kind kind, int recordBytes) {
    this.id = id;
    this.title = title;
    this.kind = kind;
    this.recordBytes = recordBytes;
  }

  private static Workload saturating(String id, String title, int recordBytes) {
    return new Workload(id, title, Kind.SATURATING, recordBytes);
  }

  private static Workload paced(String id, int perSecond) {
    Workload workload = new Workload(id, String.format("1 KiB, %,d/s", perSecond), Kind.PACED, KIB);
    workload.perSecond = perSecond;
    return workload;
  }

  // The setters are for the list above only.

  private Workload shards(int count) {
    shards = count;
    return this;
  }

  private Workload streams(int count) {
    streams = count;
    return this;
  }

  private Workload callers(int count) {
    callers = count;
    return this;
  }

  private Workload outstanding(int bytes) {
    outstandingBytes = bytes;
    return this;
  }

  private Workload heap(int mebibytes) {
    heapMebibytes = mebibytes;
    return this;
  }

  /** Which takes some hundred records a second. */
  private Workload onLocalStack() {
    forLocalStack = true;
    title = "LocalStack, " + title;
    shards = 4;
    outstandingBytes = MIB;
    return this;
  }

  private Workload times(int repetitions) {
    times = repetitions;
    return this;
  }

  private Workload by(Contender... those) {
    contenders = List.of(those);
    return this;
  }

  private Workload sometimesBy(Contender... those) {
    extras = List.of(those);
    return this;
  }

  private Workload quickBy(Contender... those) {
    quick = List.of(those);
    return this;
  }

  static Workload of(String id) {
    return ALL.stream()
        .filter(each -> each.id.equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no workload " + id));
  }

  String id() {
    return id;
  }

  String title() {
    return title;
  }

  Kind kind() {
    return kind;
  }

  int recordBytes() {
    return recordBytes;
  }

  /** Of {@link Kind#PACED}; else 0. */
  int perSecond() {
    return perSecond;
  }

  int streams() {
    return streams;
  }

  /** Of each stream. */
  int shards() {
    return shards;
  }

  int callers() {
    return callers;
  }

  int heapMebibytes() {
    return heapMebibytes;
  }

  /** How often, unless the command line says otherwise. */
  int times() {
    return times;
  }

  List<Contender> contenders() {
    return contenders;
  }

  /** Those that run less often: what they show does not need a range. */
  List<Contender> extras() {
    return extras;
  }

  /** Those that run with {@code --quick}. */
  List<Contender> quick() {
    return quick;
  }

  boolean isForLocalStack() {
    return forLocalStack;
  }

  /** More are not put before some are acknowledged. */
  int maxOutstandingRecords() {
    return Math.min(MAX_OUTSTANDING_RECORDS, outstandingBytes / recordBytes);
  }
}
