// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.List;

/** The endpoint in its own process, as the parent sees it. Confined to one thread. */
final class Endpoint implements AutoCloseable {

  private static final long ANSWER_MILLIS = 30_000;

  private final Child child;
  private final String url;

  private Endpoint(Child child) {
    this.child = child;
    this.url = child.await("endpoint", ANSWER_MILLIS);
  }

  static Endpoint start(String classPath) {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);
    return new Endpoint(
        Child.start(
            classPath,
            List.of("-Xms512m", "-Xmx512m", "-XX:-UseDynamicNumberOfCompilerThreads"),
            EndpointMain.class,
            List.of(Integer.toString(threads))));
  }

  /**
   * What it has taken.
   *
   * @param userRecords user records
   * @param records Kinesis records
   * @param bytes data and partition keys
   * @param calls PutRecords calls since its start
   */
  record Taken(long userRecords, long records, long bytes, long calls) {}

  String url() {
    return url;
  }

  /** Makes the streams of a run; answers what was taken before it. */
  Taken create(String prefix, Workload workload) {
    child.tell("create " + prefix + " " + workload.streams() + " " + workload.shards());
    return counted();
  }

  /** Counts what came for streams of this prefix, and deletes them. */
  Taken take(String prefix, Workload workload) {
    child.tell("take " + prefix + " " + workload.streams());
    return counted();
  }

  private Taken counted() {
    String[] counts = child.await("counted", ANSWER_MILLIS).split(" ", -1);
    return new Taken(
        Long.parseLong(counts[0]),
        Long.parseLong(counts[1]),
        Long.parseLong(counts[2]),
        Long.parseLong(counts[3]));
  }

  ProcessTree.Cpu cpu() {
    return ProcessTree.of(child.pid()).cpu();
  }

  @Override
  public void close() {
    child.close();
  }
}
