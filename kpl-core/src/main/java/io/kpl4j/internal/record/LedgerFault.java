// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

/**
 * The ledger is inconsistent: a permit given back twice, a second verdict, a record in two places.
 * Nothing that the producer holds can be trusted any more, so it fails. Immutable.
 */
public final class LedgerFault extends IllegalStateException {

  private static final long serialVersionUID = 1;

  /**
   * Creates a fault.
   *
   * @param message what is inconsistent
   */
  public LedgerFault(String message) {
    super(message);
  }
}
