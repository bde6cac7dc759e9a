// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.aggregate.KinesisRecord;
import java.util.function.Consumer;

/**
 * Finds what is not valid in a call that was refused as a whole: its records are sent again in two
 * halves, and so on, until one is refused alone. Confined to the loop.
 *
 * <p>A half is a cohort: its records go back to their places in their lanes and pass through the
 * same gate as all others, but a batch takes those of one cohort only. One record among n that is
 * not valid costs at most 2 log2(n) calls more, the logarithm rounded up, as long as tokens and
 * slots let each half go in one piece.
 */
final class Bisection {

  private long lastCohort;

  /**
   * Divides what was refused.
   *
   * @param count how many records are to come, lane by lane, so that the halves share one lane at
   *     most; at least two
   * @param again puts a record back into its lane
   * @return takes the records one by one
   */
  Consumer<KinesisRecord> halves(int count, Consumer<KinesisRecord> again) {
    long first = lastCohort + 1;
    lastCohort += 2;
    return new Consumer<>() {
      private int taken;

      @Override
      public void accept(KinesisRecord record) {
        record.cohort(taken++ < count / 2 ? first : first + 1);
        again.accept(record);
      }
    };
  }
}
