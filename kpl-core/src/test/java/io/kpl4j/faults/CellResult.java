// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import io.kpl4j.FailureReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What came of one cell. Confined to one thread at a time. */
final class CellResult {

  private static final int SHOWN = 5;

  final FaultCell cell;
  final Map<FailureReason, Integer> givenUp = new EnumMap<>(FailureReason.class);

  /** What holds on no machine. */
  final List<String> wrong = new ArrayList<>();

  /** What only a machine with much else to do explains. */
  final List<String> late = new ArrayList<>();

  long acknowledged;
  long seenAgain;
  long mayBeSeenAgain;
  long dropped;
  long tookNanos;
  private final List<Long> latencies = new ArrayList<>();

  CellResult(FaultCell cell) {
    this.cell = cell;
  }

  void acknowledged() {
    acknowledged++;
  }

  void givenUp(FailureReason reason) {
    givenUp.merge(reason, 1, Integer::sum);
  }

  void seenAgain(long copies) {
    seenAgain += copies;
  }

  /** How often it may be seen again: how many copies the endpoint has told nobody of. */
  void mayBeSeenAgain(long copies) {
    mayBeSeenAgain += copies;
  }

  void dropped(long copies) {
    dropped += copies;
  }

  void latency(long nanos) {
    latencies.add(nanos);
  }

  void took(long nanos) {
    tookNanos = nanos;
  }

  void unless(boolean holds, String otherwise) {
    if (!holds) {
      wrong(otherwise);
    }
  }

  void holds(String what, Runnable check) {
    check(what, check, this::wrong);
  }

  /** But for a machine that is so slow that calls are given up which would have been answered. */
  void holdsInTime(String what, Runnable check) {
    check(what, check, this::late);
  }

  private static void check(String what, Runnable check, Consumer<String> complaint) {
    try {
      check.run();
    } catch (AssertionError failed) {
      complaint.accept(what + ": " + failed.getMessage());
    }
  }

  void wrong(String what) {
    wrong.add(what);
  }

  void late(String what) {
    late.add(what);
  }

  long accepted() {
    return latencies.size();
  }

  long failed() {
    return givenUp.values().stream().mapToInt(Integer::intValue).sum();
  }

  List<Long> latencies() {
    return Collections.unmodifiableList(latencies);
  }

  /** The least latency that this share of all records keeps to. */
  long percentileNanos(double share) {
    return percentileNanos(latencies, share);
  }

  /** The same of several cells. */
  static long percentileNanos(Collection<Long> latencies, double share) {
    List<Long> sorted = new ArrayList<>(latencies);
    Collections.sort(sorted);
    int place = (int) Math.ceil(share * sorted.size()) - 1;
    return sorted.isEmpty() ? 0 : sorted.get(Math.max(0, place));
  }

  /** One line of what went wrong. */
  String firstComplaint() {
    List<String> all = complaintsInOrder();
    String more = all.size() > 1 ? " (and " + (all.size() - 1) + " more)" : "";
    return cell + ", seed " + cell.seed() + ": " + all.get(0).replaceAll("\\s+", " ") + more;
  }

  private List<String> complaintsInOrder() {
    List<String> all = new ArrayList<>(wrong);
    all.addAll(late);
    return all;
  }

  /** What is to be read first of what went wrong. */
  String complaints() {
    List<String> all = complaintsInOrder();
    String shown = String.join("\n  ", all.subList(0, Math.min(SHOWN, all.size())));
    int more = all.size() - SHOWN;
    return cell
        + ", seed "
        + cell.seed()
        + ":\n  "
        + shown
        + (more > 0 ? "\n  and " + more + " more" : "");
  }
}
