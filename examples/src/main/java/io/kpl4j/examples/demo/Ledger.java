// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * Holds what was acknowledged against what was read back. Thread-safe.
 *
 * <p>It keeps no record, only a balance for the hash of each: up when the producer acknowledges it,
 * down when it is read. Records that were read are forgotten, so memory is bounded by what is on
 * its way between the two, however long the input. In the end what is above zero was lost, and what
 * is below was read too often. Sums over the hashes of record, shard, sequence and sub-sequence
 * number tell whether every record lies where it was acknowledged.
 */
final class Ledger {

  @GuardedBy("this")
  private final HashBalances balances = new HashBalances();

  /** Records of which the producer itself says that a second copy may be on the stream. */
  @GuardedBy("this")
  private final HashBalances announced = new HashBalances();

  @GuardedBy("this")
  private long sent;

  @GuardedBy("this")
  private long acknowledged;

  @GuardedBy("this")
  private long failed;

  @GuardedBy("this")
  private @Nullable String firstFailure;

  @GuardedBy("this")
  private long readBack;

  @GuardedBy("this")
  private long unreadBytes;

  @GuardedBy("this")
  private long dropped;

  @GuardedBy("this")
  private long placesAcknowledged;

  @GuardedBy("this")
  private long placesRead;

  /** A record is about to be put. */
  synchronized void sent() {
    sent++;
  }

  /** The producer did not take a record after all. */
  synchronized void refused() {
    sent--;
  }

  /**
   * The producer says that a record is stored.
   *
   * @param record its hash
   * @param placed the hash of it and its place
   * @param bytes its length
   * @param announcedCopies how many more copies there may be, as the producer says
   */
  synchronized void acknowledged(long record, long placed, int bytes, int announcedCopies) {
    acknowledged++;
    placesAcknowledged += placed;
    unreadBytes += bytes;
    balances.add(record, 1);
    announced.add(record, announcedCopies);
  }

  /**
   * The producer gave a record up.
   *
   * @param record its hash
   * @param announcedCopies how many copies there may be all the same
   * @param why for people
   */
  synchronized void failed(long record, int announcedCopies, String why) {
    failed++;
    announced.add(record, announcedCopies);
    if (firstFailure == null) {
      firstFailure = why;
    }
  }

  /** A consumer got a record. */
  synchronized void read(long record, int bytes, long placed) {
    readBack++;
    unreadBytes -= bytes;
    placesRead += placed;
    balances.add(record, -1);
  }

  /** A consumer's range filter dropped an aggregate. */
  synchronized void dropped(int userRecords) {
    dropped += userRecords;
  }

  synchronized long sentCount() {
    return sent;
  }

  synchronized long acknowledgedCount() {
    return acknowledged;
  }

  synchronized long failedCount() {
    return failed;
  }

  /** How much was acknowledged and is still to be read. */
  synchronized long unreadBytes() {
    return unreadBytes;
  }

  synchronized @Nullable String firstFailure() {
    return firstFailure;
  }

  /** Whether every acknowledged record was read. */
  synchronized boolean allRead() {
    return readBack >= acknowledged && balances.surplus() == 0;
  }

  /** What it comes to so far. */
  synchronized Findings findings() {
    return new Findings(
        sent,
        acknowledged,
        readBack,
        balances.surplus(),
        new Findings.Duplicates(balances.deficit(new HashBalances()), balances.deficit(announced)),
        new Findings.Placement(dropped, placesAcknowledged == placesRead));
  }
}
