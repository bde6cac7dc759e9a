// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import io.kpl4j.benchmarks.ProcessTree;
import java.util.List;

/**
 * The test kit's endpoint in a process of its own, as the parent sees it. Confined to one thread.
 */
final class TestkitEndpoint implements Endpoint {

  private static final long ANSWER_MILLIS = 120_000;

  private final Child child;
  private final String url;

  private TestkitEndpoint(Child child) {
    this.child = child;
    this.url = child.await("endpoint", ANSWER_MILLIS);
  }

  static TestkitEndpoint start(String classPath) {
    int threads = Math.max(2, Runtime.getRuntime().availableProcessors() / 2);
    return new TestkitEndpoint(
        Child.start(
            classPath,
            List.of("-Xms512m", "-Xmx512m", "-XX:-UseDynamicNumberOfCompilerThreads"),
            TestkitMain.class,
            List.of(Integer.toString(threads))));
  }

  @Override
  public String title() {
    return "kpl-testkit at " + url + " (TLS, no limits of shards, no latency)";
  }

  @Override
  public String url() {
    return url;
  }

  @Override
  public void create(String prefix, Workload workload) {
    child.tell("create " + prefix + " " + workload.streams() + " " + workload.shards());
    String unused = child.await("created", ANSWER_MILLIS);
  }

  @Override
  public Taken take(String prefix, Workload workload) {
    child.tell("take " + prefix + " " + workload.streams());
    String[] counts = child.await("taken", ANSWER_MILLIS).split(" ", -1);
    return new Taken(
        Long.parseLong(counts[0]), Long.parseLong(counts[1]), Long.parseLong(counts[2]));
  }

  @Override
  public long calls() {
    child.tell("calls");
    return Long.parseLong(child.await("calls", ANSWER_MILLIS));
  }

  @Override
  public ProcessTree.Cpu cpu() {
    return ProcessTree.of(child.pid()).cpu();
  }

  @Override
  public void close() {
    child.close();
  }
}
