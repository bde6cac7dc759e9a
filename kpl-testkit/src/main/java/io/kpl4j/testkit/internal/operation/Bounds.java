// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.wire.Fields;

/** Reads whole numbers that have a range. Stateless. */
final class Bounds {

  private Bounds() {}

  static int number(Fields request, String name, int absent, int greatest) {
    int value = request.number(name, absent);
    if (value < 1 || value > greatest) {
      throw Refusal.validation(
          "Value '"
              + value
              + "' at '"
              + Character.toLowerCase(name.charAt(0))
              + name.substring(1)
              + "' failed to satisfy constraint: Member must be within 1 and "
              + greatest);
    }
    return value;
  }
}
