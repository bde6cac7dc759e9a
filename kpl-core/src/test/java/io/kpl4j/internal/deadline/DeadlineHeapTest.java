// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.deadline;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineHeapTest {

  private final DeadlineHeap<Integer> heap = new DeadlineHeap<>();

  @Test
  void nextNanos_empty_isNever() {
    assertThat(heap.nextNanos()).isEqualTo(NEVER);
    assertThat(heap.peek()).isNull();
    assertThat(heap.pollDue(NEVER)).isNull();
    assertThat(heap.isEmpty()).isTrue();
  }

  @Test
  void pollDue_atTheMoment_isDue_andBeforeIsNot() {
    heap.schedule(new DeadlineHeap.Handle<>(1), 100);

    assertThat(heap.pollDue(99)).isNull();
    assertThat(heap.pollDue(100)).isEqualTo(1);
    assertThat(heap.isEmpty()).isTrue();
  }

  @Test
  void schedule_never_takesOut() {
    DeadlineHeap.Handle<Integer> handle = new DeadlineHeap.Handle<>(1);
    heap.schedule(handle, 100);

    heap.schedule(handle, NEVER);

    assertThat(handle.scheduled()).isFalse();
    assertThat(handle.atNanos()).isEqualTo(NEVER);
    assertThat(heap.size()).isZero();
  }

  @Test
  void cancel_notScheduled_changesNothing() {
    heap.schedule(new DeadlineHeap.Handle<>(1), 5);

    heap.cancel(new DeadlineHeap.Handle<>(2));

    assertThat(heap.size()).isEqualTo(1);
    assertThat(heap.peek()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anySequence_againstASortedModel_answersTheSame(long seed) {
    Random random = new Random(seed);
    List<DeadlineHeap.Handle<Integer>> handles = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      handles.add(new DeadlineHeap.Handle<>(i));
    }
    Map<Integer, Long> model = new HashMap<>();
    long now = 0;
    for (int step = 0; step < 5_000; step++) {
      DeadlineHeap.Handle<Integer> handle = handles.get(random.nextInt(handles.size()));
      int owner = handles.indexOf(handle);
      switch (random.nextInt(4)) {
        case 0, 1 -> {
          long at = now + random.nextInt(50);
          heap.schedule(handle, at);
          model.put(owner, at);
        }
        case 2 -> {
          heap.cancel(handle);
          model.remove(owner);
        }
        default -> {
          now += random.nextInt(10);
          pollAll(now, model);
        }
      }
      assertThat(heap.size()).isEqualTo(model.size());
      assertThat(heap.nextNanos())
          .isEqualTo(model.values().stream().min(Comparator.naturalOrder()).orElse(NEVER));
      assertThat(handle.scheduled()).isEqualTo(model.containsKey(owner));
      assertThat(handle.atNanos()).isEqualTo(model.getOrDefault(owner, NEVER));
    }
  }

  private void pollAll(long now, Map<Integer, Long> model) {
    long last = Long.MIN_VALUE;
    for (Integer due; (due = heap.pollDue(now)) != null; ) {
      Long at = model.remove(due);
      assertThat(at).isNotNull().isBetween(last, now);
      last = requireNonNull(at);
    }
    assertThat(model.values()).allMatch(at -> at > heap.nextNanos() - 1);
  }
}
