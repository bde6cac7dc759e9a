// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

/** What {@code --help} prints. Stateless. */
final class Help {

  private Help() {}

  static String text() {
    return """
        usage: ./bench [OPTION]...

        Puts records through kpl4j, the official KPL and the plain AWS SDK, in turn, against an endpoint
        on this machine in a process of its own (TLS, no limits of shards) and against LocalStack, and
        writes benchmarks/results/<date>/: page.html, its charts as *.svg, table.md, raw.json.
        docs/performance.md says what is measured, and how. A full run takes about 24 minutes and wants a
        machine with 8 GiB that does nothing else. Linux only: CPU and memory are read from /proc. Ctrl-C
        ends it early and writes what there is.

          --quick              fewer workloads and producers, a short warm-up, one repetition each, without
                               LocalStack, 4 minutes
          --no-localstack      leave out LocalStack, which dev/localstack installs and starts
          --only PATTERN       only runs whose WORKLOAD/PRODUCER has a match of this regular expression
          --warm-up SECONDS    warm up the process of each producer for so long (45; with --quick 10)
          --seconds N          measure each run for so long (8; with --quick 5), after 2 s at its own load
          --repetitions N      repeat each run so often, the producers in turn (3, some less)
          --no-calibration     do not measure hashing, TLS and the producer's own work, 2 minutes
          --list               name the runs, and how long they would take
          -h, --help           this

        Exit code: 0 all is well, 1 a run failed or the endpoint has not what was acknowledged, 2 wrong
        usage. BENCH_JAVA_OPTS sets options of the JVM that starts the others; MAVEN_ARGS are Maven's.""";
  }
}
