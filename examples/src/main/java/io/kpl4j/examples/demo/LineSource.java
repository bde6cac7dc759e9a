// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import org.jspecify.annotations.Nullable;

/** Where lines come from, one after the other. Confined to one thread, but for the share. */
interface LineSource extends AutoCloseable {

  /** What it is, for people. */
  String name();

  /**
   * Reads on.
   *
   * @return the next line, or null at the end
   * @throws DemoException if the next line cannot be had or sent
   */
  @Nullable Line next();

  /** How much of it was read, from 0 to 1, or NaN if nobody knows; for any thread. */
  double share();

  @Override
  void close();
}
