// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.net.URI;
import java.util.concurrent.TimeUnit;

/** The process that measures what it must cost to send bytes by TLS. One thread. */
public final class TlsMain {

  private TlsMain() {}

  /**
   * Measures, tells its parent, ends.
   *
   * @param arguments the endpoint, milliseconds to measure, after as much to warm up
   * @throws Exception what went wrong
   */
  public static void main(String[] arguments) throws Exception {
    var unused = Lines.fromParent();
    long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[1]));
    try (BareTransport transport = new BareTransport(URI.create(arguments[0]))) {
      double unusedFirst = transport.nanosPerByte(nanos);
      Lines.say(System.out, "tlsNanosPerByte", Lines.figure(transport.nanosPerByte(nanos)));
    }
    System.exit(0);
  }
}
