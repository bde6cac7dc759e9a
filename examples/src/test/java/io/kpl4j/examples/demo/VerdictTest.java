// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the ledger makes of reads that are made up, and what the verdict makes of that. */
class VerdictTest {

  private static final Tally TALLY = new Tally(3, 30, 3, new Tally.Latency(1, 1), 0, 0);

  private final Ledger ledger = new Ledger();

  @Test
  void good_allReadOnceWhereAcknowledged_isWell() {
    put(1, 2, 3);
    read(3, 1, 2);

    Verdict verdict = verdict(0);
    assertThat(verdict.good()).isTrue();
    assertThat(verdict.lines()).contains("  lost                              0", "All is well.");
  }

  @Test
  void good_readBeforeAcknowledged_isWell() {
    read(1, 2);
    put(1, 2);

    assertThat(verdict(0).good()).isTrue();
    assertThat(ledger.allRead()).isTrue();
  }

  @Test
  void good_oneNotRead_isLost() {
    put(1, 2, 3);
    read(1, 3);

    assertThat(ledger.findings().lost()).isEqualTo(1);
    assertThat(ledger.allRead()).isFalse();
    assertThat(verdict(0).good()).isFalse();
    assertThat(verdict(0).lines()).contains("! lost                              1");
  }

  @Test
  void good_oneOfTwoEqualOnesNotRead_isLost() {
    put(1, 1);
    read(1);

    assertThat(ledger.findings().lost()).isEqualTo(1);
    assertThat(verdict(0).good()).isFalse();
  }

  @Test
  void good_oneLostAndAnotherReadTwice_doNotEvenOut() {
    put(1, 2);
    read(1, 1);

    assertThat(ledger.findings().lost()).isEqualTo(1);
    assertThat(ledger.findings().duplicates().all()).isEqualTo(1);
    assertThat(ledger.allRead()).isFalse();
    assertThat(verdict(0).good()).isFalse();
  }

  @Test
  void good_unannouncedSecondCopy_isNotWell() {
    put(1, 2);
    read(1, 2, 2);

    assertThat(ledger.findings().duplicates()).isEqualTo(new Findings.Duplicates(1, 1));
    assertThat(verdict(0).good()).isFalse();
  }

  @Test
  void good_announcedSecondCopy_isWell() {
    put(1);
    ledger.sent();
    ledger.acknowledged(2, 2, 10, 1);
    read(1, 2, 2);

    assertThat(ledger.findings().duplicates()).isEqualTo(new Findings.Duplicates(1, 0));
    assertThat(verdict(0).good()).isTrue();
  }

  @Test
  void good_announcedSecondCopyOfAnother_isNotWell() {
    put(1);
    ledger.sent();
    ledger.acknowledged(2, 2, 10, 1);
    read(1, 1, 2);

    assertThat(verdict(0).good()).isFalse();
  }

  @Test
  void good_readElsewhere_isNotWell() {
    ledger.sent();
    ledger.acknowledged(1, LineHash.placed(1, "shardId-000000000000", "49", 0), 10, 0);
    ledger.read(1, 10, LineHash.placed(1, "shardId-000000000001", "49", 0));

    assertThat(ledger.findings().lost()).isZero();
    assertThat(verdict(0).good()).isFalse();
  }

  @Test
  void good_failedRecord_isNotWellAndSaysWhy() {
    put(1);
    ledger.sent();
    ledger.failed(2, 0, "EXPIRED (why)");
    read(1);

    assertThat(verdict(0).good()).isFalse();
    assertThat(verdict(0).lines()).anyMatch(line -> line.contains("EXPIRED (why)"));
  }

  @Test
  void good_failedRecordStoredAllTheSame_isAnnounced() {
    put(1);
    ledger.sent();
    ledger.failed(2, 3, "EXPIRED");
    read(1, 2, 2);

    assertThat(ledger.findings().duplicates()).isEqualTo(new Findings.Duplicates(2, 0));
    assertThat(verdict(0).good()).isFalse();
  }

  @Test
  void unreadBytes_someRead_areThoseOfTheRest() {
    put(1, 2, 3);
    read(2);

    assertThat(ledger.unreadBytes()).isEqualTo(20);
  }

  @Test
  void good_droppedAggregate_isWellOnlyIfTheProducerKnows() {
    put(1);
    read(1);
    ledger.dropped(5);

    assertThat(verdict(4).good()).isFalse();
    assertThat(verdict(5).good()).isTrue();
  }

  private void put(long... hashes) {
    for (long hash : hashes) {
      ledger.sent();
      ledger.acknowledged(hash, hash, 10, 0);
    }
  }

  private void read(long... hashes) {
    for (long hash : hashes) {
      ledger.read(hash, 10, hash);
    }
  }

  private Verdict verdict(long misplaced) {
    return new Verdict(
        ledger.findings(), TALLY, misplaced, new Verdict.Cost(1, 1, 1), ledger.firstFailure());
  }
}
