// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.result.Delivery;
import io.kpl4j.internal.result.ResultPublisher;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A result that cannot be delivered, say because its payload cannot be read back for want of
 * memory.
 */
class DeliveryFaultTest {

  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final AtomicLong delivered = new AtomicLong();
  private final ResultPublisher publisher =
      new ResultPublisher(tasks::add, tasks::add, (count, keptBytes) -> delivered.addAndGet(count));

  @Test
  void publish_oneCompletionThrows_othersAreDeliveredAndNothingIsHeld() {
    List<Integer> completed = new ArrayList<>();
    AtomicBoolean flushed = new AtomicBoolean();
    FlushMark mark = new FlushMark(() -> flushed.set(true));
    publisher.publish(
        new Delivery(
            3,
            1,
            at -> {
              if (at == 1) {
                throw new OutOfMemoryError("test");
              }
              completed.add(at);
            },
            List.of(mark)));
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(completed).containsExactly(0, 2);
    assertThat(delivered).hasValue(3);
    assertThat(publisher.idle()).isTrue();
    assertThat(flushed).isTrue();
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
    Delivery delivery = new Delivery(2, 1, completed::add, List.of());
    assertThatThrownBy(() -> poor.publish(delivery)).isInstanceOf(OutOfMemoryError.class);
    assertThat(poor.handOverAgain()).isTrue();
    exhausted.set(false);
    assertThat(poor.handOverAgain()).isFalse();
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
    assertThat(completed).containsExactly(0, 1);
    assertThat(poor.idle()).isTrue();
  }
}
