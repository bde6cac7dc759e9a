// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingInt;

import io.kpl4j.FailureReason;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.testkit.StoredUserRecord;
import io.kpl4j.testkit.UserRecords;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Holds what a producer said of its records against what consumers are given. Confined to one
 * thread.
 */
final class Audit {

  /** A machine with much else to do answers late; what is later still is played again. */
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final FaultCell cell;
  private final List<SentRecord> sent;
  private final List<UserRecords> stored;
  private final CellResult result;
  private final Map<String, Integer> copies;
  private final Map<String, Integer> untoldCopies;
  private final Map<String, Integer> droppedCopies;
  private final Set<String> places = new HashSet<>();

  /** An audit of records that have all completed; the streams are those there were. */
  Audit(FaultCell cell, List<SentRecord> sent, List<UserRecords> stored, CellResult result) {
    this.cell = cell;
    this.sent = sent;
    this.stored = stored;
    this.result = result;
    this.copies = counted(UserRecords::all);
    this.untoldCopies =
        counted(stream -> stream.all().stream().filter(each -> !each.acknowledged()).toList());
    this.droppedCopies = counted(UserRecords::dropped);
    stored.forEach(stream -> stream.all().forEach(record -> places.add(place(record))));
  }

  private Map<String, Integer> counted(Function<UserRecords, Collection<StoredUserRecord>> which) {
    return stored.stream()
        .flatMap(stream -> which.apply(stream).stream())
        .collect(groupingBy(StoredUserRecord::text, summingInt(each -> 1)));
  }

  void run() {
    for (SentRecord record : sent) {
      RecordResult place = record.result();
      if (place == null) {
        givenUp(record);
      } else {
        acknowledged(record, place);
      }
      checkCopies(record, copies.getOrDefault(record.text, 0));
    }
    checkStored();
    checkTold();
    checkTimes();
    result.dropped(droppedCopies.values().stream().mapToInt(Integer::intValue).sum());
  }

  private void checkStored() {
    Set<String> known = new HashSet<>(sent.stream().map(record -> record.text).toList());
    result.unless(known.containsAll(copies.keySet()), "something was stored that nobody put");
    if (!cell.changesTheStream()) {
      stored.forEach(
          stream ->
              result.holds("nothing is where consumers drop it", stream::assertNothingDropped));
      result.holds(
          "nothing acknowledged is missing",
          () -> stored.get(0).assertNothingLost(acknowledgedTexts(), StoredUserRecord::text));
    }
  }

  /**
   * What the endpoint knows of its replies. One that is late on purpose may leave just when the
   * producer gives the call up, and so says nothing of what the producer knew. Any other may do so
   * on a machine that is slow; then an attempt of the record says that the producer gave it up.
   */
  private void checkTold() {
    if (cell.has(FaultKind.REPLY_SLOW)) {
      return;
    }
    Set<String> missed = new HashSet<>();
    sent.stream().filter(SentRecord::mayHaveMissedAReply).forEach(each -> missed.add(each.text));
    for (UserRecords stream : stored) {
      result.holds(
          "nothing is sent again after a reply",
          () ->
              stream.assertAcknowledgedOnce(
                  each -> missed.contains(each.text()) ? place(each) : each.text()));
      result.holdsInTime(
          "nothing is sent again after a reply, which may have been missed",
          () ->
              stream.assertAcknowledgedOnce(
                  each -> missed.contains(each.text()) ? each.text() : place(each)));
    }
  }

  /** The documented bound holds of nearly all records as it is, and of each with some slack. */
  private void checkTimes() {
    for (SentRecord record : sent) {
      result.latency(record.latencyNanos());
      if (record.latencyNanos() > cell.bound().plus(SLACK).toNanos()) {
        result.late("a record completed later than the timeouts allow: " + record);
      }
    }
    if (result.percentileNanos(0.99) > cell.bound().toNanos()) {
      result.late("more than one record in a hundred completed later than " + cell.bound());
    }
  }

  private List<String> acknowledgedTexts() {
    return sent.stream().filter(each -> each.result() != null).map(each -> each.text).toList();
  }

  private void acknowledged(SentRecord record, RecordResult place) {
    result.acknowledged();
    String where =
        place(place.shardId(), place.sequenceNumber(), place.subSequenceNumber(), record.text);
    if (!places.contains(where)) {
      result.wrong("not where its result says: " + record);
    }
  }

  private static String place(StoredUserRecord record) {
    return place(
        record.shardId(), record.sequenceNumber(), record.subSequenceNumber(), record.text());
  }

  private static String place(String shard, String sequence, int subSequence, String text) {
    return shard + "/" + sequence + "/" + subSequence + "/" + text;
  }

  /** A copy that consumers see or drop came of an attempt that may have stored it. */
  private void checkCopies(SentRecord record, int seen) {
    int all = seen + droppedCopies.getOrDefault(record.text, 0);
    long allowed = record.attemptsThatMayHaveStored();
    result.mayBeSeenAgain(
        cell.has(FaultKind.REPLY_SLOW)
            ? Math.max(0, allowed - (record.result() == null ? 0 : 1))
            : untoldCopies.getOrDefault(record.text, 0));
    if (all > allowed) {
      result.wrong(seen + " copies of " + record);
    }
    if (seen > 1) {
      result.seenAgain(seen - 1);
      if (cell.answersWhatItStores()) {
        String what = " copies, though every call that was stored was answered: ";
        if (record.mayHaveMissedAReply()) {
          result.late(seen + what + record);
        } else {
          result.wrong(seen + what + record);
        }
      }
      if (record.result() != null && !record.mayBeDuplicated()) {
        result.wrong(seen + " copies without a word of it: " + record);
      }
    }
  }

  private void givenUp(SentRecord record) {
    if (!(record.failure() instanceof RecordFailedException failed)) {
      result.wrong("failed otherwise: " + record);
      return;
    }
    result.givenUp(failed.reason());
    UserRecord back = failed.userRecord();
    if (!back.partitionKey().equals(record.key)
        || !UTF_8.decode(back.data()).toString().equals(record.text)) {
      result.wrong("the failure carries another record: " + record);
    }
    if (copies.containsKey(record.text) && !failed.mayBeStored()) {
      result.wrong("stored, though its failure says that it cannot be: " + record);
    }
    checkReason(record, failed.reason());
  }

  private void checkReason(SentRecord record, FailureReason reason) {
    boolean early = record.ageNanos() < cell.recordTtl().toNanos();
    switch (reason) {
      case EXPIRED, PLACEMENT_UNKNOWN -> {
        if (early) {
          result.wrong("expired before its time: " + record);
        } else if (!cell.lasting()) {
          result.late("expired although the faults were over: " + record);
        }
      }
      case NO_SUCH_STREAM -> {
        if (!cell.has(FaultKind.DELETION)) {
          result.wrong("the stream was there: " + record);
        }
      }
      default -> result.wrong("no reason that a fault gives: " + record);
    }
  }
}
