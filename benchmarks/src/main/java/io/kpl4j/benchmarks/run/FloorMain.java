// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static io.kpl4j.benchmarks.run.Lines.figure;

import java.net.URI;
import java.util.concurrent.TimeUnit;

/** The process that measures what nobody can go below: hashing and TLS. One thread. */
public final class FloorMain {

  private FloorMain() {}

  /**
   * Measures, tells its parent, ends.
   *
   * @param arguments the endpoint, milliseconds for the transport
   * @throws Exception what went wrong
   */
  public static void main(String[] arguments) throws Exception {
    Lines.endWithParent();
    long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[1]));
    say("keyNanos", Hashing.keyNanos());
    say("md5NanosPerByte", Hashing.md5NanosPerByte());
    say("sha256NanosPerByte", Hashing.sha256NanosPerByte());
    try (BareTransport transport = new BareTransport(URI.create(arguments[0]))) {
      double unused = transport.nanosPerByte(nanos);
      say("tlsNanosPerByte", transport.nanosPerByte(nanos));
    }
    System.exit(0);
  }

  private static void say(String name, double value) {
    Lines.say(System.out, name, figure(value));
  }
}
