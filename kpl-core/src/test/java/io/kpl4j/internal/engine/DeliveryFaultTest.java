// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.result.Delivery;
import io.kpl4j.internal.result.ResultPublisher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Results that memory or a thread lacks for, for a while. */
class DeliveryFaultTest {

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final AtomicLong delivered = new AtomicLong();
  private final ResultPublisher publisher =
      new ResultPublisher(tasks::add, tasks::add, (count, keptBytes) -> delivered.addAndGet(count));

  private void work() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  @Test
  void publish_memoryLacksForOneCompletion_othersAreDeliveredAndItIsOnceThereIsSome() {
    List<Integer> completed = new ArrayList<>();
    AtomicBoolean memory = new AtomicBoolean();
    AtomicBoolean flushed = new AtomicBoolean();
    FlushMark mark = new FlushMark(() -> flushed.set(true));
    publisher.publish(
        new Delivery(
            "s",
            3,
            1,
            at -> {
              if (at == 1 && !memory.get()) {
                throw new OutOfMemoryError("test");
              }
              completed.add(at);
            },
            List.of(mark)));
    work();
    assertThat(completed).containsExactly(0, 2);
    assertThat(delivered).hasValue(2);
    assertThat(publisher.stranded()).isTrue();
    publisher.deliverAgain();
    work();
    assertThat(publisher.stranded()).as("still without memory").isTrue();
    assertThat(flushed).isFalse();

    memory.set(true);
    publisher.deliverAgain();
    work();
    assertThat(completed).contains(1);
    assertThat(delivered).hasValue(3);
    assertThat(publisher.stranded()).isFalse();
    assertThat(publisher.idle()).isTrue();
    assertThat(flushed).isTrue();
  }

  @Test
  void publish_memoryLacksToEndAFlush_itEndsOnceThereIsSome() {
    AtomicBoolean memory = new AtomicBoolean();
    AtomicInteger ended = new AtomicInteger();
    FlushMark poor =
        new FlushMark(
            () -> {
              if (!memory.get()) {
                throw new OutOfMemoryError("test");
              }
              ended.incrementAndGet();
            });
    FlushMark other = new FlushMark(ended::incrementAndGet);
    publisher.publish(new Delivery("s", 1, 1, at -> {}, List.of(poor, other)));
    assertThatThrownBy(this::work).isInstanceOf(OutOfMemoryError.class);
    assertThat(ended).as("the other one").hasValue(1);
    assertThat(publisher.stranded()).isTrue();

    memory.set(true);
    publisher.deliverAgain();
    work();
    assertThat(ended).hasValue(2);
    assertThat(publisher.idle()).isTrue();
    assertThat(delivered).hasValue(1);
  }

  @Test
  void deliverTheRest_memoryLacksAtTheEnd_triesUntilThereIsSome() {
    AtomicInteger triesInVain = new AtomicInteger(3);
    List<Integer> completed = new ArrayList<>();
    publisher.publish(
        new Delivery(
            "s",
            1,
            1,
            at -> {
              if (triesInVain.getAndDecrement() > 0) {
                throw new OutOfMemoryError("test");
              }
              completed.add(at);
            },
            List.of()));
    tasks.clear();
    publisher.deliverTheRest(() -> completed.add(9));
    work();
    assertThat(completed).containsExactly(0, 9);
    assertThat(publisher.idle()).isTrue();
  }

  @Test
  void publish_noThreadToBeHadAtAll_isDeliveredOnceThereIsOne() {
    AtomicBoolean exhausted = new AtomicBoolean(true);
    Executor executor =
        task -> {
          if (exhausted.get()) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          tasks.add(task);
        };
    ResultPublisher poor = new ResultPublisher(executor, executor, (count, keptBytes) -> {});
    List<Integer> completed = new ArrayList<>();
    Delivery delivery = new Delivery("s", 2, 1, completed::add, List.of());
    assertThatThrownBy(() -> poor.publish(delivery)).isInstanceOf(OutOfMemoryError.class);
    poor.deliverAgain();
    assertThat(poor.stranded()).isTrue();
    exhausted.set(false);
    poor.deliverAgain();
    assertThat(poor.stranded()).isFalse();
    work();
    assertThat(completed).containsExactly(0, 1);
    assertThat(poor.idle()).isTrue();
  }

  @Test
  void runOnce_memoryLackedForACompletion_loopHasItTriedAgainInAWhile() {
    ManualProducer run = new ManualProducer(AdmissionPolicy.BLOCK);
    AtomicInteger triesInVain = new AtomicInteger(2);
    List<Integer> completed = new ArrayList<>();
    run.budget.undelivered(1, 1);
    run.context
        .publisher()
        .publish(
            new Delivery(
                "s",
                1,
                1,
                at -> {
                  if (triesInVain.getAndDecrement() > 0) {
                    throw new OutOfMemoryError("test");
                  }
                  completed.add(at);
                },
                List.of()));
    run.deliver();
    assertThat(run.context.inbox().isEmpty()).as("the loop is told").isFalse();
    for (int tries = 0; tries < 2; tries++) {
      run.turn();
      run.deliver();
      assertThat(completed).as("not at once: nothing spins without memory").isEmpty();
      run.nowNanos = run.pipelines.runOnce(run.nowNanos);
      run.turn();
      run.deliver();
    }
    assertThat(completed).containsExactly(0);
    assertThat(run.budget.outstandingRecords()).isZero();
    assertThat(run.pipelines.failure()).isNull();
    run.turn();
    assertThat(run.context.publisher().stranded()).isFalse();
  }
}
