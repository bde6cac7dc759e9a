// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordRefusedException.Reason;
import io.kpl4j.internal.record.AdmissionBudget;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The last acts of a producer's loop. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ProducerEndTest {

  private final ProducerLoop.ThreadRef loopThread = new ProducerLoop.ThreadRef();
  private final ProducerThreads threads = new ProducerThreads();

  private @Nullable Pipelines pipelines;

  private DefaultKinesisProducer producer(Runnable atEnd) {
    AdmissionBudget budget = new AdmissionBudget(10_000, 100, 100);
    StreamContext silent = Engines.context(budget, Runnable::run);
    StreamContext context =
        new StreamContext(
            silent.settings(),
            new Inbox(ProducerLoop.waker(loopThread)),
            budget,
            silent.publisher(),
            silent.ports(),
            silent.loop());
    MonotonicClock clock = MonotonicClock.system();
    Streams streams = new Streams(name -> new StreamPipeline(name, context, clock.nanos()));
    Admission admission =
        Engines.admission(
            context, new Intake(budget, context.settings()), AdmissionPolicy.BLOCK, 0);
    Pipelines made = new Pipelines(context, streams, admission.room(), InstantSource.system());
    pipelines = made;
    return new DefaultKinesisProducer(
        context,
        clock,
        admission,
        streams,
        made,
        new DefaultKinesisProducer.Lifetimes(
            Duration.ofSeconds(5), new Shutdown.End(atEnd, threads)));
  }

  @Test
  void close_whatEndsTheProducerThrowsAnError_returnsAndFlushesAreOver() throws Exception {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    DefaultKinesisProducer producer =
        producer(
            () -> {
              throw new NoClassDefFoundError("thrown by the end");
            });
    Thread loop = new Thread(producer.loop(), "loop");
    loop.setDaemon(true);
    loop.setUncaughtExceptionHandler((thread, fault) -> thrown.complete(fault));
    loopThread.set(loop);
    loop.start();

    producer.close();
    CompletableFuture<Void> flush = producer.flush();

    assertThat(flush).succeedsWithin(Duration.ofSeconds(5));
    assertThat(thrown.get(5, TimeUnit.SECONDS)).isInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void close_loopTakesItsTimeToEnd_returnsWhenItsThreadIsGone() {
    DefaultKinesisProducer producer = producer(() -> {});
    Thread loop =
        threads.thread(
            "loop",
            () -> {
              producer.loop().run();
              LockSupport.parkNanos(200_000_000);
            });
    loopThread.set(loop);
    loop.start();

    producer.close();

    assertThat(loop.isAlive()).isFalse();
  }

  @Test
  void put_producerHasFailed_isRefusedWithTheCause() {
    DefaultKinesisProducer producer = producer(() -> {});
    Throwable fault = new InternalError("broken");
    requireNonNull(pipelines).fail(fault);

    assertThatThrownBy(() -> producer.put("stream", "key", new byte[1]))
        .isInstanceOfSatisfying(
            RecordRefusedException.class,
            refused -> assertThat(refused.reason()).isEqualTo(Reason.PRODUCER_FAILED))
        .hasCause(fault);
  }
}
