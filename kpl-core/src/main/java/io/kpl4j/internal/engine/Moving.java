// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.aggregate.KinesisRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The records of one stream that are under way between two places. Whoever moves records puts them
 * here before they leave the one place, and they leave here when they stand in the other: a fault
 * in between leaves none that nobody would complete. Empty between two steps. Confined to the loop.
 */
final class Moving {

  /** A list that cannot grow for want of memory keeps what it has; an ArrayDeque would lose it. */
  private final List<KinesisRecord> records = new ArrayList<>();

  /** How many of them are being settled by who asked first. */
  private int taken;

  /** Where records are added, at its end, before they leave their place. */
  List<KinesisRecord> records() {
    return records;
  }

  /**
   * Gives all that have no verdict their place, which does not hang on the order of these calls:
   * the last one is settled first. What one of them brings about may move and settle others, as a
   * record that is given up halts its key, which empties a buffer; it leaves alone what was here
   * before.
   */
  void settle(Consumer<KinesisRecord> place) {
    int before = taken;
    try {
      while (records.size() > before) {
        taken = records.size();
        KinesisRecord last = records.get(taken - 1);
        if (last.live() > 0) {
          place.accept(last);
        }
        records.remove(records.size() - 1);
      }
    } finally {
      taken = before;
    }
  }
}
