// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import io.kpl4j.benchmarks.ProcessTree;

/** What producers send to, in a process of its own. Confined to one thread. */
interface Endpoint extends AutoCloseable {

  /**
   * What it has taken.
   *
   * @param userRecords user records
   * @param records Kinesis records
   * @param bytes data and partition keys
   */
  record Taken(long userRecords, long records, long bytes) {}

  /** For people: what it is and where. */
  String title();

  /** Where it is, TLS included. */
  String url();

  /** Makes the streams of a run. */
  void create(String prefix, Workload workload);

  /** Counts what came for streams of this prefix, and deletes them. */
  Taken take(String prefix, Workload workload);

  /** How many PutRecords calls it has taken. */
  long calls();

  /** What its process and those it has started have used. */
  ProcessTree.Cpu cpu();

  /** Ends it. */
  @Override
  void close();
}
