// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

/**
 * What became of the records, in numbers of user records. Immutable.
 *
 * @param sent given to the producer
 * @param acknowledged stored, as the producer says
 * @param readBack got by a consumer
 * @param lost acknowledged and not read
 * @param duplicates read more often than acknowledged
 * @param placement where they were found
 */
record Findings(
    long sent,
    long acknowledged,
    long readBack,
    long lost,
    Duplicates duplicates,
    Placement placement) {

  /**
   * Records that were read more often than acknowledged.
   *
   * @param all how many
   * @param unannounced those of which the producer did not say {@code mayBeDuplicated}
   */
  record Duplicates(long all, long unannounced) {}

  /**
   * Where records were found.
   *
   * @param dropped in aggregates that the KCL's range filter drops
   * @param asAcknowledged whether all lie in the shard and under the numbers that were
   *     acknowledged; known only if none is lost and none read twice
   */
  record Placement(long dropped, boolean asAcknowledged) {}

  /** Whether {@link Placement#asAcknowledged} says anything. */
  boolean placesComparable() {
    return lost == 0 && duplicates.all() == 0;
  }

  /**
   * Whether all is well: everything sent is acknowledged and read, where and as often as the
   * producer says, and nothing was dropped but first copies that it sent again.
   *
   * @param misplaced user records in aggregates that the producer knows to be dropped
   */
  boolean good(long misplaced) {
    return sent == acknowledged
        && lost == 0
        && duplicates.unannounced() == 0
        && placement.dropped() <= misplaced
        && (!placesComparable() || placement.asAcknowledged());
  }
}
