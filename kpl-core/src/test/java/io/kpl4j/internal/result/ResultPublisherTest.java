// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.awaitility.Awaitility.await;

import io.kpl4j.internal.record.FlushMark;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ResultPublisherTest {

  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final Queue<Runnable> fallbackTasks = new ArrayDeque<>();
  private final ExecutorService other = Executors.newSingleThreadExecutor();
  private final AtomicLong delivered = new AtomicLong();
  private final List<Integer> completed = new ArrayList<>();
  private final ResultPublisher publisher = publisher(tasks::add);

  private ResultPublisher publisher(Executor executor) {
    return new ResultPublisher(
        executor, fallbackTasks::add, (count, keptBytes) -> delivered.addAndGet(count));
  }

  private Delivery delivery(int count) {
    return new Delivery("s", count, 1, completed::add, List.of());
  }

  /** As an executor of the user's would: on a thread that is not the loop's. */
  private void runOnOther(Runnable task) throws Exception {
    other.submit(task).get();
  }

  @AfterEach
  void end() {
    other.shutdownNow();
  }

  @Test
  void publish_runsOnTheExecutorInOrder() throws Exception {
    publisher.publish(delivery(3));
    assertThat(completed).isEmpty();
    assertThat(publisher.idle()).isFalse();

    runOnOther(tasks.remove());

    assertThat(completed).containsExactly(0, 1, 2);
    assertThat(delivered).hasValue(3);
    assertThat(publisher.idle()).isTrue();
  }

  @Test
  void publish_nothing_letsItsFlushGoAtOnce() {
    AtomicInteger flushed = new AtomicInteger();
    FlushMark mark = new FlushMark(flushed::incrementAndGet);

    publisher.publish(new Delivery("s", 0, 1, completed::add, List.of(mark)));

    assertThat(flushed).hasValue(1);
    assertThat(tasks).isEmpty();
    assertThat(publisher.idle()).isTrue();
  }

  @Test
  void passBlocked_nothingCameOfOneSinceTheLastCall_handsOverTheRest() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch blocks = new CountDownLatch(1);
    publisher.publish(
        new Delivery(
            "s",
            3,
            1,
            index -> {
              if (index == 0) {
                blocks.countDown();
                assertThatNoException().isThrownBy(released::await);
              }
              completed.add(index);
            },
            List.of()));
    publisher.passBlocked();
    publisher.passBlocked();
    assertThat(tasks).as("no thread has begun").hasSize(1);
    Future<?> blocked = other.submit(tasks.remove());
    blocks.await();
    publisher.passBlocked();
    assertThat(tasks).as("just handed over again").hasSize(1);
    publisher.passBlocked();
    assertThat(tasks).as("nobody has begun with that").hasSize(1);

    tasks.remove().run();

    assertThat(completed).containsExactly(1, 2);
    assertThat(publisher.idle()).isFalse();
    publisher.passBlocked();
    publisher.passBlocked();
    assertThat(tasks).as("nothing is left to take").isEmpty();
    released.countDown();
    blocked.get();
    assertThat(completed).containsExactly(1, 2, 0);
    assertThat(publisher.idle()).isTrue();
  }

  @Test
  void publish_executorRejects_runsOnAThreadOfOurs() throws Exception {
    ResultPublisher rejected =
        publisher(
            task -> {
              throw new RejectedExecutionException("shut down");
            });

    rejected.publish(delivery(2));
    rejected.publish(delivery(1));

    assertThat(fallbackTasks).hasSize(2);
    runOnOther(fallbackTasks.remove());
    assertThat(completed).containsExactly(0, 1);
  }

  @Test
  void publish_executorRunsOnTheLoopsThread_isReplacedForGood() throws Exception {
    AtomicInteger used = new AtomicInteger();
    ResultPublisher direct =
        publisher(
            task -> {
              used.incrementAndGet();
              task.run();
            });

    direct.publish(delivery(1));
    direct.publish(delivery(1));

    assertThat(completed).as("nothing ran on this thread").isEmpty();
    assertThat(used).hasValue(1);
    assertThat(fallbackTasks).hasSize(2);
    runOnOther(fallbackTasks.remove());
    runOnOther(fallbackTasks.remove());
    assertThat(completed).containsExactly(0, 0);
    assertThat(direct.idle()).isTrue();
  }

  @Test
  void execute_insideACallback_mayRunOnThatThread() throws Exception {
    List<String> ran = new ArrayList<>();
    ResultPublisher[] direct = new ResultPublisher[1];
    Queue<Runnable> first = new ArrayDeque<>();
    boolean[] handOver = {true};
    direct[0] =
        publisher(
            task -> {
              if (handOver[0]) {
                first.add(task);
              } else {
                task.run();
              }
            });
    direct[0].publish(
        new Delivery("s", 1, 1, index -> direct[0].execute(() -> ran.add("inside")), List.of()));
    handOver[0] = false;

    runOnOther(first.remove());

    assertThat(ran).containsExactly("inside");
    assertThat(fallbackTasks).isEmpty();
  }

  @Test
  void inCallback_isTrueOnlyInsideOnesOfThisPublisher() throws Exception {
    List<Boolean> seen = new ArrayList<>();
    ResultPublisher stranger = publisher(tasks::add);
    publisher.publish(
        new Delivery(
            "s",
            1,
            1,
            index -> {
              seen.add(publisher.inCallback());
              seen.add(stranger.inCallback());
            },
            List.of()));

    assertThat(publisher.inCallback()).isFalse();
    runOnOther(tasks.remove());

    assertThat(seen).containsExactly(true, false);
    runOnOther(() -> seen.add(publisher.inCallback()));
    assertThat(seen).endsWith(false);
  }

  @Test
  void execute_aTask_countsAsACallback() throws Exception {
    List<Boolean> seen = new ArrayList<>();
    publisher.execute(() -> seen.add(publisher.inCallback()));

    runOnOther(tasks.remove());
    runOnOther(() -> seen.add(publisher.inCallback()));

    assertThat(seen)
        .as("a flush completes there, and its callbacks run")
        .containsExactly(true, false);
  }

  @Test
  void publish_oneCompletionThrows_theOthersAreDelivered() throws Exception {
    publisher.publish(
        new Delivery(
            "s",
            3,
            1,
            index -> {
              if (index == 0) {
                throw new IllegalStateException("a fault of ours");
              }
              completed.add(index);
            },
            List.of()));

    Runnable task = tasks.remove();
    runOnOther(task);

    assertThat(completed).containsExactly(1, 2);
    assertThat(delivered).as("or admission would be held back for ever").hasValue(3);
    assertThat(publisher.idle()).isTrue();
  }

  @Test
  void mark_undelivered_flushWaitsForIt() throws Exception {
    AtomicInteger flushed = new AtomicInteger();
    FlushMark mark = new FlushMark(flushed::incrementAndGet);
    publisher.publish(delivery(2));
    publisher.mark(mark);
    mark.release();
    assertThat(flushed).hasValue(0);

    runOnOther(tasks.remove());

    assertThat(flushed).hasValue(1);
  }

  @Test
  void mark_delivered_flushDoesNotWait() throws Exception {
    publisher.publish(delivery(2));
    runOnOther(tasks.remove());
    AtomicInteger flushed = new AtomicInteger();
    FlushMark mark = new FlushMark(flushed::incrementAndGet);

    publisher.mark(mark);
    mark.release();

    assertThat(flushed).hasValue(1);
  }

  @Test
  void deliverTheRest_aCallbackBlocks_deliversAllTheOthers() throws Exception {
    CountDownLatch blocks = new CountDownLatch(1);
    CountDownLatch blocked = new CountDownLatch(1);
    List<Integer> seen = new ArrayList<>();
    publisher.publish(
        new Delivery(
            "s",
            3,
            1,
            index -> {
              if (index == 0) {
                blocked.countDown();
                awaitQuietly(blocks);
              }
              synchronized (seen) {
                seen.add(index);
              }
            },
            List.of()));
    publisher.publish(delivery(2));
    other.execute(tasks.remove());
    blocked.await();

    publisher.deliverTheRest(() -> completed.add(9));
    fallbackTasks.remove().run();

    assertThat(completed).as("and what comes afterwards").containsExactly(0, 1, 9);
    synchronized (seen) {
      assertThat(seen).containsExactly(1, 2);
    }
    assertThat(publisher.idle()).as("the blocked one is still under way").isFalse();
    blocks.countDown();
    await().until(publisher::idle);
    synchronized (seen) {
      assertThat(seen).containsExactly(1, 2, 0);
    }
    await().untilAsserted(() -> assertThat(delivered).hasValue(5));
    tasks.remove().run();
    assertThat(delivered).as("nothing is delivered twice").hasValue(5);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
