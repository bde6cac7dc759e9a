// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.FailureReason;
import io.kpl4j.KeyOrder;
import io.kpl4j.internal.engine.HolderCount.Place;
import io.kpl4j.internal.engine.Simulation.Port;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One story, told again and again with a fault at another call of another port each time, while
 * every holder of records has some. A fault fails its step's records at most; one of the virtual
 * machine fails the producer, and every record in every holder completes.
 */
class FaultSweepTest {

  /** How many calls of a port are tried; spread over all of them. {@code -Dkpl.sim.calls=N}. */
  private static final int TRIED = Integer.getInteger("kpl.sim.calls", 12);

  /** What a step deals with at most: the user records of one call. */
  private static final int STEP_RECORDS = FaultStory.CALL_RECORDS * FaultStory.AGGREGATE_RECORDS;

  private static final List<Supplier<Throwable>> CONTAINED =
      List.of(() -> new StagedFault("exception"), () -> new AssertionError("error, on purpose"));

  private static final List<Supplier<Throwable>> FATAL =
      List.of(() -> new OutOfMemoryError("on purpose"), () -> new StackOverflowError("on purpose"));

  private final Injection none = new Injection();

  FaultSweepTest() {
    FaultStory clean = new FaultStory(none);
    clean.play();
    assertThat(clean.run.finish(60 * SECOND).failures).isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> fault_atAnyCallOfAPort_failsItsStepAndNothingElse() {
    return Stream.of(Port.values())
        .map(port -> DynamicTest.dynamicTest("" + port, () -> sweep(port, CONTAINED, false)));
  }

  @TestFactory
  Stream<DynamicTest> faultOfTheMachine_atAnyCallOfAPort_failsTheProducerAndEveryRecord() {
    return Stream.of(Port.values())
        // A hand-over that fails is taken over by a thread of the producer's own, whatever it is.
        .filter(port -> port != Port.EXECUTOR)
        .map(port -> DynamicTest.dynamicTest("" + port, () -> sweep(port, FATAL, true)));
  }

  @TestFactory
  Stream<DynamicTest> fault_whereKeysHalt_holdsNoLaneUp() {
    return Stream.of(Port.values())
        .map(port -> DynamicTest.dynamicTest("" + port, () -> sweepWhereKeysHalt(port)));
  }

  private void sweepWhereKeysHalt(Port port) {
    int calls = none.calls(port);
    for (int at = 1; at <= calls; at += Math.max(1, calls / TRIED)) {
      FaultStory story = new FaultStory(new Injection(port, at, CONTAINED.get(0)), KeyOrder.HALT);
      KeyOrderCheck order = new KeyOrderCheck(story.run);
      story.play();
      SimulatedPut late = story.run.put("s", "late", 60);
      Outcome outcome = story.run.finish(60 * SECOND);
      order.check();
      assertThat(late.succeeded()).as("put afterwards").isTrue();
      assertThat(outcome.failures.keySet())
          .isSubsetOf(
              FailureReason.INTERNAL, FailureReason.PLACEMENT_UNKNOWN, FailureReason.KEY_HALTED);
    }
  }

  private Set<Place> sweep(Port port, List<Supplier<Throwable>> faults, boolean fatal) {
    Set<Place> met = EnumSet.noneOf(Place.class);
    int calls = none.calls(port);
    assertThat(calls).as("calls of %s", port).isPositive();
    for (int at = 1; at <= calls; at += Math.max(1, calls / TRIED)) {
      for (Supplier<Throwable> fault : faults) {
        met.addAll(play(new Injection(port, at, fault), fatal));
      }
    }
    return met;
  }

  /** Plays the story with its fault, and says which holders had records then. */
  private static Set<Place> play(Injection injection, boolean fatal) {
    FaultStory story = new FaultStory(injection);
    Set<Place> holding = EnumSet.noneOf(Place.class);
    injection.before(
        () -> {
          HolderCount now = HolderCount.of(story.run);
          Stream.of(Place.values()).filter(place -> now.in(place) > 0).forEach(holding::add);
        });
    story.play();
    boolean thrownByNow = injection.thrown != null;
    SimulatedPut late = story.run.put("s", "late", 60);
    Outcome outcome = story.run.finish(60 * SECOND);
    if (injection.thrown != null && fatal) {
      assertThat(story.run.pipelines.failure()).isSameAs(injection.thrown);
      assertThat(late.refused).as("refused after the failure").isEqualTo(thrownByNow);
    } else {
      assertThat(story.run.pipelines.failure()).isNull();
      assertThat(late.succeeded()).as("put afterwards").isTrue();
      assertThat(outcome.failures.getOrDefault(FailureReason.INTERNAL, 0))
          .as("records that fail, of one step")
          .isLessThanOrEqualTo(STEP_RECORDS);
    }
    assertThat(outcome.failures.keySet())
        .isSubsetOf(FailureReason.INTERNAL, FailureReason.PLACEMENT_UNKNOWN);
    return holding;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void sweep_ofAllPorts_meetsRecordsInEveryHolder(boolean fatal) {
    Set<Place> met = EnumSet.noneOf(Place.class);
    for (Port port : List.of(Port.SENDER, Port.LISTER, Port.EVENTS, Port.BACKOFF)) {
      met.addAll(sweep(port, (fatal ? FATAL : CONTAINED).subList(0, 1), fatal));
    }
    assertThat(met).containsExactlyInAnyOrder(Place.values());
  }
}
