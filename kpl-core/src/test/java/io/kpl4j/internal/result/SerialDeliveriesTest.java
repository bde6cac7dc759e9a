// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.record.FlushMark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SerialDeliveriesTest {

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Integer> completed = Collections.synchronizedList(new ArrayList<>());
  private final ExecutorService fallback =
      new ThreadPoolExecutor(
          1, 1, 0, SECONDS, new LinkedBlockingQueue<>(), new ThreadPoolExecutor.DiscardPolicy());
  private final ExecutorService pool = Executors.newFixedThreadPool(4);

  private ResultPublisher publisher(Executor executor) {
    return new ResultPublisher(executor, fallback, (count, keptBytes) -> {});
  }

  private Delivery delivery(int number, FlushMark... marks) {
    return new Delivery("s", 1, 1, index -> completed.add(number), List.of(marks));
  }

  private List<Integer> deliver(Executor executor, int deliveries) throws InterruptedException {
    ResultPublisher publisher = publisher(executor);
    SerialDeliveries line = new SerialDeliveries(publisher);
    CountDownLatch flushed = new CountDownLatch(1);
    for (int i = 0; i < deliveries; i++) {
      line.publish(delivery(i));
    }
    FlushMark mark = new FlushMark(flushed::countDown);
    publisher.mark(mark);
    mark.release();
    flushed.await();
    return completed;
  }

  private static List<Integer> upTo(int end) {
    return IntStream.range(0, end).boxed().toList();
  }

  @AfterEach
  void end() {
    pool.shutdownNow();
    fallback.shutdownNow();
  }

  @Test
  void publish_executorWithManyThreads_deliversOneAfterTheOtherInOrder() throws Exception {
    assertThat(deliver(pool, 20_000)).isEqualTo(upTo(20_000));
  }

  @Test
  void publish_executorThatRunsTasksInPlaceOnItsThreads_doesNotPileUp() throws Exception {
    ThreadLocal<Boolean> inside = ThreadLocal.withInitial(() -> false);
    Executor inPlace =
        task -> {
          if (inside.get()) {
            task.run();
          } else {
            pool.execute(
                () -> {
                  inside.set(true);
                  try {
                    task.run();
                  } finally {
                    inside.set(false);
                  }
                });
          }
        };
    assertThat(deliver(inPlace, 50_000)).isEqualTo(upTo(50_000));
  }

  @Test
  void publish_executorThatTakesTasksAndThrowsAllTheSame_deliversEachOnceInOrder()
      throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Executor liar =
        task -> {
          pool.execute(task);
          if (calls.incrementAndGet() % 3 == 0) {
            throw new RejectedExecutionException("but it was taken");
          }
        };
    assertThat(deliver(liar, 5_000)).isEqualTo(upTo(5_000));
  }

  @Test
  void publish_executorThatRejects_keepsTheOrder() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    Executor moody =
        task -> {
          if (calls.incrementAndGet() % 2 == 0) {
            throw new RejectedExecutionException();
          }
          pool.execute(task);
        };
    assertThat(deliver(moody, 5_000)).isEqualTo(upTo(5_000));
  }

  @Test
  void publish_oneTaskAtATime_soThatOthersHaveTheirTurn() throws Exception {
    SerialDeliveries line = new SerialDeliveries(publisher(tasks::add));
    line.publish(delivery(1));
    line.publish(delivery(2));
    assertThat(tasks).hasSize(1);
    pool.submit(tasks.remove()).get();
    assertThat(completed).containsExactly(1);
    assertThat(tasks).hasSize(1);
    pool.submit(tasks.remove()).get();
    assertThat(completed).containsExactly(1, 2);
    assertThat(tasks).isEmpty();
  }

  @Test
  void publish_callbackThatThrows_letsTheNextOneFollow() throws Exception {
    ResultPublisher publisher = publisher(tasks::add);
    SerialDeliveries line = new SerialDeliveries(publisher);
    line.publish(
        new Delivery(
            "s",
            1,
            1,
            index -> {
              throw new IllegalStateException("on purpose");
            },
            List.of()));
    line.publish(delivery(2));
    pool.submit(tasks.remove()).get();
    pool.submit(tasks.remove()).get();
    assertThat(completed).containsExactly(2);
    assertThat(publisher.idle()).isTrue();
  }

  @Test
  void publish_nothing_letsItsFlushGoAtOnce() {
    AtomicInteger flushed = new AtomicInteger();
    FlushMark mark = new FlushMark(flushed::incrementAndGet);
    new SerialDeliveries(publisher(tasks::add))
        .publish(new Delivery("s", 0, 1, index -> {}, List.of(mark)));
    assertThat(flushed).hasValue(1);
    assertThat(tasks).isEmpty();
  }

  @Test
  void deliverTheRest_deliversInTheOrderOfPublishing() throws Exception {
    ResultPublisher publisher = publisher(tasks::add);
    SerialDeliveries line = new SerialDeliveries(publisher);
    for (int i = 0; i < 200; i++) {
      line.publish(delivery(i));
    }
    publisher.deliverTheRest(() -> {});
    fallback.submit(() -> {}).get();
    assertThat(completed).isEqualTo(upTo(200));
    assertThat(publisher.idle()).isTrue();
  }
}
