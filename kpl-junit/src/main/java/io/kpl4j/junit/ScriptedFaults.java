// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.util.Map.entry;

import io.kpl4j.junit.KinesisFault.Kind;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.FaultyCalls;
import io.kpl4j.testkit.FaultyConnections;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.Occasions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * From {@link KinesisFault} to the test kit's faults. Stateless.
 *
 * <p>A value that differs from its default counts as written.
 */
final class ScriptedFaults {

  /** What only some kinds take; every other value is for all. */
  private static final Map<Kind, Set<String>> OWN =
      Map.ofEntries(
          entry(Kind.HTTP_ERROR, Set.of("status")),
          entry(Kind.ERROR, Set.of("status", "code", "message")),
          entry(Kind.THROTTLE_ENTRIES, Set.of("entryChance")),
          entry(Kind.INTERNAL_FAILURE_ENTRIES, Set.of("entryChance")),
          entry(Kind.FAIL_ENTRIES, Set.of("code", "message", "entryChance")),
          entry(Kind.DELAY_REPLY, Set.of("delayMillis", "mostDelayMillis")),
          entry(Kind.WRONG_ENTRY_COUNT, Set.of("difference")),
          entry(Kind.SUSPEND_SERVER, Set.of("delayMillis")),
          entry(Kind.SPLIT_SHARD, Set.of("stream", "shards")),
          entry(Kind.MERGE_SHARDS, Set.of("stream", "shards")),
          entry(Kind.DELETE_STREAM, Set.of("stream")));

  private static final Set<String> OF_SOME_KINDS =
      Set.of(
          "status",
          "code",
          "message",
          "entryChance",
          "delayMillis",
          "mostDelayMillis",
          "difference",
          "stream",
          "shards");

  private ScriptedFaults() {}

  /**
   * Checks faults.
   *
   * @throws IllegalArgumentException if one makes no sense, with what and why
   */
  static void check(List<KinesisFault> faults) {
    for (KinesisFault fault : faults) {
      check(fault, fault == faults.get(0));
    }
  }

  /** Adds faults to a server, in their order. */
  static void arm(List<KinesisFault> faults, KinesisTestServer server) {
    List<Fault> turns = new ArrayList<>();
    for (KinesisFault fault : faults) {
      if (!fault.then()) {
        server.faults().addSequence(turns.toArray(new Fault[0]));
        turns.clear();
      }
      turns.add(fault(fault, server));
    }
    server.faults().addSequence(turns.toArray(new Fault[0]));
  }

  private static void check(KinesisFault fault, boolean first) {
    Set<String> written = written(fault);
    Set<String> own = OWN.getOrDefault(fault.kind(), Set.of());
    for (String value : written) {
      if (OF_SOME_KINDS.contains(value) && !own.contains(value)) {
        throw refused(fault, "has no " + value);
      }
    }
    if (connections(fault) && written.contains("on")) {
      throw refused(fault, "meets connections, and so has no on");
    }
    if (fault.on().isBlank()) {
      throw refused(fault, "needs an operation in on, or \"*\"");
    }
    if (first && fault.then()) {
      throw refused(fault, "is the first, so there is none before it for then");
    }
    if (written.contains("seed") && !random(fault)) {
      throw refused(fault, "leaves nothing to chance, and so has no seed");
    }
    checkWhen(fault, written);
    checkOwn(fault, written);
  }

  private static void checkWhen(KinesisFault fault, Set<String> written) {
    if (fault.always() && (written.contains("times") || written.contains("lastingMillis"))) {
      throw refused(fault, "is always, and so has neither times nor lastingMillis");
    }
    if (written.contains("lastingMillis") && written.contains("times")) {
      throw refused(fault, "is for a time, and so has no times");
    }
    atLeast(fault, "after", 0, fault.after());
    atLeast(fault, "afterMillis", 0, fault.afterMillis());
    atLeast(fault, "times", 1, fault.times());
    atLeast(fault, "lastingMillis", 0, fault.lastingMillis());
    probability(fault, "chance", fault.chance());
    probability(fault, "entryChance", fault.entryChance());
  }

  private static void checkOwn(KinesisFault fault, Set<String> written) {
    switch (fault.kind()) {
      case HTTP_ERROR, ERROR -> {
        if (fault.status() < 400 || fault.status() > 599) {
          throw refused(fault, "needs a status from 400 to 599, not " + fault.status());
        }
        if (fault.kind() == Kind.ERROR) {
          needs(fault, "code", written);
        }
      }
      case FAIL_ENTRIES -> needs(fault, "code", written);
      case DELAY_REPLY -> checkDelay(fault, written);
      case SUSPEND_SERVER -> atLeast(fault, "delayMillis", 1, fault.delayMillis());
      case WRONG_ENTRY_COUNT -> {
        if (fault.difference() == 0) {
          throw refused(fault, "needs a difference other than 0");
        }
      }
      case SPLIT_SHARD, MERGE_SHARDS, DELETE_STREAM -> {
        needs(fault, "stream", written);
        int shards =
            fault.kind() == Kind.SPLIT_SHARD ? 1 : fault.kind() == Kind.MERGE_SHARDS ? 2 : 0;
        if (fault.shards().length != shards) {
          throw refused(fault, "needs " + shards + " in shards, not " + fault.shards().length);
        }
        if (fault.always() || written.contains("times") || written.contains("lastingMillis")) {
          throw refused(fault, "can be done only once");
        }
      }
      default -> {}
    }
  }

  private static void checkDelay(KinesisFault fault, Set<String> written) {
    atLeast(fault, "delayMillis", 0, fault.delayMillis());
    if (!written.contains("delayMillis") && !written.contains("mostDelayMillis")) {
      throw refused(fault, "needs delayMillis");
    }
    if (written.contains("mostDelayMillis") && fault.mostDelayMillis() < fault.delayMillis()) {
      throw refused(fault, "has a mostDelayMillis below its delayMillis");
    }
  }

  private static void needs(KinesisFault fault, String value, Set<String> written) {
    if (!written.contains(value)) {
      throw refused(fault, "needs " + value);
    }
  }

  private static void atLeast(KinesisFault fault, String what, long least, long value) {
    if (value < least) {
      throw refused(fault, "needs " + what + " of at least " + least + ", not " + value);
    }
  }

  private static void probability(KinesisFault fault, String what, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw refused(fault, "needs " + what + " from 0 to 1, not " + value);
    }
  }

  private static IllegalArgumentException refused(KinesisFault fault, String why) {
    return new IllegalArgumentException("@KinesisFault(kind = " + fault.kind() + ") " + why);
  }

  private static boolean connections(KinesisFault fault) {
    return switch (fault.kind()) {
      case CONNECTION_RESET, CONNECTION_BLACK_HOLE, CONNECTION_FAIL_HANDSHAKE -> true;
      default -> false;
    };
  }

  private static boolean random(KinesisFault fault) {
    return fault.chance() < 1
        || fault.entryChance() < 1
        || fault.mostDelayMillis() > fault.delayMillis();
  }

  /** The names of the values that are not their defaults, of those that are checked. */
  private static Set<String> written(KinesisFault fault) {
    Map<String, Boolean> differs = new TreeMap<>();
    differs.put("on", !fault.on().equals("PutRecords"));
    differs.put("times", fault.times() != 1);
    differs.put("lastingMillis", fault.lastingMillis() != 0);
    differs.put("seed", fault.seed() != 1);
    differs.put("status", fault.status() != 500);
    differs.put("code", !fault.code().isEmpty());
    differs.put("message", !fault.message().equals("scripted fault"));
    differs.put("entryChance", fault.entryChance() != 1);
    differs.put("delayMillis", fault.delayMillis() != 0);
    differs.put("mostDelayMillis", fault.mostDelayMillis() != 0);
    differs.put("difference", fault.difference() != 1);
    differs.put("stream", !fault.stream().isEmpty());
    differs.put("shards", fault.shards().length != 0);
    differs.values().removeIf(each -> !each);
    return differs.keySet();
  }

  private static Fault fault(KinesisFault fault, KinesisTestServer server) {
    return connections(fault)
        ? ofConnections(fault, when(fault, Fault.onConnection()))
        : ofCalls(fault, when(fault, Fault.on(fault.on())), server);
  }

  private static <T extends Occasions<T>> T when(KinesisFault fault, T all) {
    T some =
        all.after(fault.after())
            .after(Duration.ofMillis(fault.afterMillis()))
            .withChance(fault.chance())
            .seed(fault.seed());
    if (fault.always()) {
      return some.always();
    }
    return fault.lastingMillis() > 0
        ? some.lasting(Duration.ofMillis(fault.lastingMillis()))
        : some.times(fault.times());
  }

  private static Fault ofConnections(KinesisFault fault, FaultyConnections connections) {
    return switch (fault.kind()) {
      case CONNECTION_RESET -> connections.reset();
      case CONNECTION_BLACK_HOLE -> connections.blackHole();
      default -> connections.failHandshake();
    };
  }

  private static Fault ofCalls(KinesisFault fault, FaultyCalls calls, KinesisTestServer server) {
    return switch (fault.kind()) {
      case HTTP_ERROR -> calls.httpError(fault.status());
      case ERROR -> calls.error(fault.status(), fault.code(), fault.message());
      case THROTTLE_CALL -> calls.throttleCall();
      case EXPIRED_TOKEN -> calls.expiredToken();
      case THROTTLE_ENTRIES -> calls.throttleEntries(fault.entryChance());
      case INTERNAL_FAILURE_ENTRIES -> calls.internalFailureEntries(fault.entryChance());
      case FAIL_ENTRIES -> calls.failEntries(fault.code(), fault.message(), fault.entryChance());
      case RESET -> calls.resetConnection();
      case LOSE_REPLY -> calls.loseReply();
      case CUT_REPLY -> calls.cutReply();
      case DELAY_REPLY -> {
        long most = Math.max(fault.delayMillis(), fault.mostDelayMillis());
        yield calls.delayReply(Duration.ofMillis(fault.delayMillis()), Duration.ofMillis(most));
      }
      case NEVER_ANSWER -> calls.neverAnswer();
      case WRONG_ENTRY_COUNT -> calls.wrongEntryCount(fault.difference());
      case GARBAGE_BODY -> calls.garbageBody();
      case BLACK_HOLE -> calls.blackHole();
      case SUSPEND_SERVER -> calls.suspendServer(Duration.ofMillis(fault.delayMillis()));
      case SPLIT_SHARD -> calls.run(() -> server.splitShard(fault.stream(), fault.shards()[0]));
      case MERGE_SHARDS ->
          calls.run(() -> server.mergeShards(fault.stream(), fault.shards()[0], fault.shards()[1]));
      case DELETE_STREAM -> calls.run(() -> server.deleteStream(fault.stream()));
      case CONNECTION_RESET, CONNECTION_BLACK_HOLE, CONNECTION_FAIL_HANDSHAKE ->
          throw new IllegalStateException("not of calls: " + fault.kind());
    };
  }
}
