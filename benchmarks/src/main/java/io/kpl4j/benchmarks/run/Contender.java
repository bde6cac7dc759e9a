// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.Locale;

/** A producer as it is set up for a run. */
enum Contender {
  /** As it comes. */
  KPL4J("kpl4j"),
  /** Linger 0. */
  KPL4J_EAGER("kpl4j, eager"),
  /** The order of each key kept. */
  KPL4J_ORDERED("kpl4j, ordered"),
  /** Every record alone. */
  KPL4J_PLAIN("kpl4j, no aggregation"),
  /** The official one. */
  KPL("official KPL"),
  /** PutRecords of 500 records, nothing else. */
  SDK("plain SDK"),
  /** The default one on the TLS of the Java runtime. */
  KPL4J_JDK_TLS("kpl4j, JDK's TLS"),
  /** A process of ours without a producer. */
  BARE_JVM("no producer, a bare JVM");

  private final String title;

  Contender(String title) {
    this.title = title;
  }

  /** For people. */
  String title() {
    return title;
  }

  /** For the command line and file names. */
  String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  boolean isOfficialKpl() {
    return this == KPL;
  }

  boolean isPlainSdk() {
    return this == SDK;
  }

  /** Whether netty-tcnative is kept from it. */
  boolean usesTlsOfTheJdk() {
    return this == KPL4J_JDK_TLS;
  }
}
