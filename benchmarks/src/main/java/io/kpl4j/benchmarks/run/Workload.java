// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.List;

/** What is put, and by whom. Immutable once it is in the list of {@link Workloads}. */
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
  private boolean apart;

  Workload(String id, String title, Kind kind, int recordBytes) {
    this.id = id;
    this.title = title;
    this.kind = kind;
    this.recordBytes = recordBytes;
  }

  static Workload saturating(String id, String title, int recordBytes) {
    return new Workload(id, title, Kind.SATURATING, recordBytes);
  }

  static Workload paced(String id, int perSecond) {
    Workload workload = new Workload(id, String.format("1 KiB, %,d/s", perSecond), Kind.PACED, KIB);
    workload.perSecond = perSecond;
    return workload;
  }

  // The setters are for the list of all only.

  Workload shards(int count) {
    shards = count;
    return this;
  }

  Workload streams(int count) {
    streams = count;
    return this;
  }

  Workload callers(int count) {
    callers = count;
    return this;
  }

  Workload outstanding(int bytes) {
    outstandingBytes = bytes;
    return this;
  }

  /** In processes that do nothing else. */
  Workload apart(int heap) {
    apart = true;
    heapMebibytes = heap;
    return this;
  }

  /** Which takes some hundred records a second. */
  Workload onLocalStack() {
    forLocalStack = true;
    title = "LocalStack, " + title;
    shards = 4;
    outstandingBytes = MIB;
    return this;
  }

  Workload times(int repetitions) {
    times = repetitions;
    return this;
  }

  Workload by(Contender... those) {
    contenders = List.of(those);
    return this;
  }

  Workload onceBy(Contender... those) {
    extras = List.of(those);
    return this;
  }

  Workload quickBy(Contender... those) {
    quick = List.of(those);
    return this;
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

  boolean isUnderLoad() {
    return kind == Kind.SATURATING || kind == Kind.PACED;
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

  /** Of processes that do nothing else; all others have the same. */
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

  /** Those that run once: what they show does not need a range. */
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

  /** Whether each run is a process of its own, which ends after it. */
  boolean isApart() {
    return apart;
  }

  /** More are not put before some are acknowledged. */
  int maxOutstandingRecords() {
    return Math.min(MAX_OUTSTANDING_RECORDS, outstandingBytes / recordBytes);
  }
}
