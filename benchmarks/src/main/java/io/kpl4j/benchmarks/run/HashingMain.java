// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static io.kpl4j.benchmarks.run.Lines.figure;

/** The process that measures what hashing must cost. One thread. */
public final class HashingMain {

  private HashingMain() {}

  /**
   * Measures, tells its parent, ends.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    var unused = Lines.fromParent();
    Lines.say(System.out, "keyNanos", figure(Hashing.keyNanos()));
    Lines.say(System.out, "md5NanosPerByte", figure(Hashing.md5NanosPerByte()));
    Lines.say(System.out, "sha256NanosPerByte", figure(Hashing.sha256NanosPerByte()));
    System.exit(0);
  }
}
