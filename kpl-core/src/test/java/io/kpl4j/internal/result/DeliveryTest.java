// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Several steps for each result; a second thread goes on where a first is blocked. */
class DeliveryTest {

  private final List<String> taken = new ArrayList<>();

  @Test
  void run_takesTheStepsOfOneResultAfterAnother() {
    Delivery delivery =
        new Delivery(
            "s",
            2,
            1,
            List.of(at -> taken.add("complete " + at), at -> taken.add("tell " + at)),
            List.of());

    assertThat(delivery.run()).isEqualTo(2);

    assertThat(taken).containsExactly("complete 0", "tell 0", "complete 1", "tell 1");
    assertThat(delivery.isDone()).isTrue();
  }

  @Test
  void run_aStepIsBlocked_anotherThreadTakesTheOnesBehindIt() {
    Delivery[] delivery = new Delivery[1];
    int[] byTheOther = new int[1];
    delivery[0] =
        new Delivery(
            "s",
            2,
            1,
            List.of(
                at -> {
                  if (at == 0) {
                    // While this callback blocks, a close has the rest delivered.
                    byTheOther[0] = delivery[0].run();
                    assertThat(delivery[0].isDone()).as("while it blocks").isFalse();
                  }
                  taken.add("complete " + at);
                },
                at -> taken.add("tell " + at)),
            List.of());

    int byTheBlocked = delivery[0].run();

    assertThat(taken).containsExactly("tell 0", "complete 1", "tell 1", "complete 0");
    assertThat(byTheOther[0] + byTheBlocked).as("counted once each").isEqualTo(2);
    assertThat(delivery[0].isDone()).isTrue();
  }

  @Test
  void run_aStepThrows_nextOfTheSameResultIsTaken() {
    Delivery delivery =
        new Delivery(
            "s",
            1,
            1,
            List.of(
                at -> {
                  throw new IllegalStateException("test");
                },
                at -> taken.add("tell " + at)),
            List.of());

    assertThat(delivery.run()).isEqualTo(1);

    assertThat(taken).containsExactly("tell 0");
    assertThat(delivery.isDone()).isTrue();
  }

  @Test
  void run_memoryLacksForCompletions_theyAreTakenAgainByTheNextRunAndCountOnce() {
    boolean[] memory = {false};
    Delivery delivery =
        new Delivery(
            "s",
            3,
            1,
            at -> {
              if (at > 0 && !memory[0]) {
                throw new OutOfMemoryError("test");
              }
              taken.add("complete " + at);
            },
            List.of());

    assertThat(delivery.run()).isEqualTo(1);
    assertThat(delivery.run()).as("still without memory").isZero();
    assertThat(delivery.owes()).isTrue();
    assertThat(delivery.isDone()).isFalse();

    memory[0] = true;
    assertThat(delivery.run()).isEqualTo(2);
    assertThat(taken).contains("complete 1", "complete 2");
    assertThat(delivery.owes()).isFalse();
    assertThat(delivery.isDone()).isTrue();
    assertThat(delivery.run()).isZero();
  }

  @Test
  void run_memoryLacksForACompletion_whatFollowsIsTakenOnce() {
    boolean[] memory = {false};
    Delivery delivery =
        new Delivery(
            "s",
            1,
            1,
            List.of(
                at -> {
                  if (!memory[0]) {
                    throw new OutOfMemoryError("test");
                  }
                  taken.add("complete " + at);
                },
                at -> taken.add("tell " + at)),
            List.of());

    int delivered = delivery.run();
    assertThat(delivery.isDone()).isFalse();
    memory[0] = true;
    delivered += delivery.run();

    assertThat(delivered).isEqualTo(1);
    assertThat(taken).containsExactly("tell 0", "complete 0");
    assertThat(delivery.isDone()).isTrue();
  }
}
