// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.fault;

import org.jspecify.annotations.Nullable;

/** Says what is to happen to each call. Thread-safe. */
public interface FaultSource {

  /** In place of an operation: a connection has come. */
  String CONNECTION = "(connection)";

  /**
   * Asked once for each call, when its head is there, and for each {@link #CONNECTION}; null:
   * nothing.
   */
  @Nullable FaultAction next(String operation);
}
