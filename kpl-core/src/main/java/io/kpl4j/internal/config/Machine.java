// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

/** What the process may use of the machine, from which some defaults follow. Thread-safe. */
final class Machine {

  private Machine() {}

  static long heapBytes() {
    return Runtime.getRuntime().maxMemory();
  }

  static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }
}
