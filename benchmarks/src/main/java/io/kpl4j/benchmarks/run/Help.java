// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

/** What {@code --help} prints. Stateless. */
final class Help {

  private Help() {}

  static String text() {
    return """
        usage: ./bench [OPTION]...

        Puts records through kpl4j, the official KPL and the plain AWS SDK, one after the other, against
        an endpoint on this machine in a process of its own (TLS, no limits of shards), and writes
        benchmarks/results/<date>/: page.html with charts, table.md, raw.json. docs/performance.md says
        what is measured, and how. A full run takes about 25 minutes and wants a machine that does
        nothing else. Linux only: CPU and memory are read from /proc.

          --quick              fewer workloads, one repetition each, 4 minutes
          --localstack         also on LocalStack, which dev/localstack installs and starts, 3 minutes more
          --only PATTERN       only runs whose WORKLOAD/PRODUCER has a match of this regular expression
          --seconds N          measure each run for so long (7; with --quick 4), after 3/4 of it to warm up
          --repetitions N      repeat each run so often, the producers in turn (3, some less)
          --no-calibration     do not measure hashing, TLS and the producer's own work, a minute and a half
          --list               name the runs, and how long they would take
          -h, --help           this

        Exit code: 0 all is well, 1 a run failed or the endpoint has not what was acknowledged, 2 wrong
        usage. BENCH_JAVA_OPTS sets options of the JVM that starts the others; MAVEN_ARGS are Maven's.""";
  }
}
