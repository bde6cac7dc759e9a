// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordDistributionStrategy;
import io.kpl4j.RecordFailedException;
import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.internal.aggregate.AggregationLimits;
import io.kpl4j.internal.aggregate.RecordCheck;
import io.kpl4j.internal.batch.BatchLimits;
import io.kpl4j.internal.lane.RateLimit;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.retry.RetryDecider;
import io.kpl4j.internal.send.KinesisConnection;
import io.kpl4j.internal.send.SdkRecordSender;
import io.kpl4j.internal.send.SdkShardLister;
import io.kpl4j.internal.send.SdkStreamDescriber;
import io.kpl4j.internal.send.StreamAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds a producer from its configuration and starts its loop. Immutable. */
public final class ProducerFactory {

  private static final Logger LOG = LoggerFactory.getLogger(ProducerFactory.class);

  /** The part of the budget that open buffers may keep as spare chunks. */
  private static final int POOL_SHARE = 16;

  /** What may wait for room beside the budget, as a part of it. */
  private static final int WAITING_SHARE = 4;

  private final KinesisProducerConfig config;
  private final RetryPolicy retry;
  private final @Nullable AutoCloseable credentials;

  /**
   * What of the user's is called.
   *
   * @param executor where futures complete, or null for a thread of ours
   * @param onFailure told of each record that is given up, or null
   * @param receivers told of events; closed with the producer
   */
  public record Callbacks(
      @Nullable Executor executor,
      @Nullable Consumer<? super RecordFailedException> onFailure,
      List<ProducerEvents> receivers) {}

  /**
   * Creates a factory.
   *
   * @param credentials closed with the producer; null if they are the user's
   */
  public ProducerFactory(
      KinesisProducerConfig config, RetryPolicy retry, @Nullable AutoCloseable credentials) {
    this.config = config;
    this.retry = retry;
    this.credentials = credentials;
  }

  /**
   * Builds and starts a producer.
   *
   * @param connect opens the connection to the service, given who makes its threads; closed with
   *     the producer
   * @param callbacks what of the user's is called
   * @param closeOnShutdown whether it is closed when the virtual machine shuts down
   */
  public KinesisProducer start(
      Function<ThreadFactory, KinesisConnection> connect,
      Callbacks callbacks,
      boolean closeOnShutdown) {
    ProducerThreads threads = new ProducerThreads();
    KinesisConnection connection = connect.apply(threads.factory("io")).naming(this::address);
    try {
      return start(threads, connection, callbacks, closeOnShutdown);
    } catch (RuntimeException | Error fault) {
      connection.close();
      throw fault;
    }
  }

  private KinesisProducer start(
      ProducerThreads threads,
      KinesisConnection connection,
      Callbacks callbacks,
      boolean closeOnShutdown) {
    MonotonicClock clock = MonotonicClock.system();
    ExecutorService workers = threads.pool("sender", config.senderThreads());
    CompletionPool ownCompletion =
        callbacks.executor() == null ? new CompletionPool(threads.factory("completion")) : null;
    ProducerEvents events =
        callbacks.receivers().isEmpty()
            ? ProducerEvents.none()
            : new GuardedEvents(callbacks.receivers(), clock);
    ProducerLoop.ThreadRef loopThread = new ProducerLoop.ThreadRef();
    AdmissionBudget budget =
        new AdmissionBudget(
            config.bufferMaxBytes(), config.bufferMaxRecords(), config.bufferMaxBytes());
    Inbox inbox = new Inbox(ProducerLoop.waker(loopThread));
    ResultPublisher publisher =
        new ResultPublisher(
            ownCompletion == null ? requireNonNull(callbacks.executor()) : ownCompletion,
            threads.lastResort(),
            new DeliveryNews(
                budget, inbox, ownCompletion == null ? () -> {} : ownCompletion::relieve));
    StreamContext context =
        new StreamContext(
            settings(),
            inbox,
            budget,
            publisher,
            new StreamContext.Ports(
                new SdkShardLister(connection, workers),
                new SdkStreamDescriber(connection, workers),
                new SdkRecordSender(connection, workers),
                events,
                new FailureHook(callbacks.onFailure(), clock)),
            new StreamContext.LoopState(chance()));
    ShutdownHook hook = new ShutdownHook(threads);
    Runnable atEnd =
        () -> {
          end(workers, connection, ownCompletion, publisher, events);
          hook.remove();
        };
    DefaultKinesisProducer producer = assemble(context, clock, atEnd, threads);
    events.started(producer.state());
    Thread loop = threads.thread("loop", producer.loop());
    loopThread.set(loop);
    loop.start();
    if (closeOnShutdown) {
      hook.add(producer::close);
    }
    return producer;
  }

  private DefaultKinesisProducer assemble(
      StreamContext context, MonotonicClock clock, Runnable atEnd, ProducerThreads threads) {
    Streams streams = new Streams(name -> new StreamPipeline(name, context, clock.nanos()));
    Admission admission = admission(context);
    Runnable end =
        () -> {
          admission.dropped().sum();
          atEnd.run();
        };
    return new DefaultKinesisProducer(
        context,
        clock,
        admission,
        streams,
        new Pipelines(context, streams, admission.room(), InstantSource.system()),
        new DefaultKinesisProducer.Lifetimes(
            config.closeTimeout(), new Shutdown.End(end, threads)));
  }

  private Admission admission(StreamContext context) {
    Intake intake = new Intake(context.budget(), context.settings());
    long maxBlockNanos = config.maxBlockTime().toNanos();
    WaitingRoom room =
        new WaitingRoom(
            context,
            intake,
            new WaitingRoom.Limits(
                config.maxWaitingAdmissions(),
                config.bufferMaxBytes() / WAITING_SHARE,
                maxBlockNanos));
    return new Admission(
        intake, config.admissionPolicy(), maxBlockNanos, room, new DroppedRecords());
  }

  /** How requests name the stream that callers call so. */
  private StreamAddress address(String streamName) {
    StreamAddress address = StreamAddress.of(streamName);
    KinesisProducerConfig own = config.forStream(streamName);
    return new StreamAddress(
        streamName,
        config.streamArn(streamName).orElse(address.arn()),
        config.streamId(streamName).orElse(null),
        own.recordDistributionStrategyDefault() == RecordDistributionStrategy.AUTO);
  }

  private static LongUnaryOperator chance() {
    SplittableRandom random = new SplittableRandom();
    return bound -> random.nextLong(bound);
  }

  /** The configuration in the pipeline's units. All streams take their memory from one pool. */
  PipelineSettings settings() {
    ChunkPool pool = new ChunkPool(config.bufferMaxBytes() / POOL_SHARE);
    Map<String, PipelineSettings> ofStreams = new HashMap<>();
    for (String name : config.streamNames()) {
      ofStreams.put(name, settings(config.forStream(name), pool, Map.of()));
    }
    return settings(config, pool, Map.copyOf(ofStreams));
  }

  private PipelineSettings settings(
      KinesisProducerConfig config, ChunkPool pool, Map<String, PipelineSettings> ofStreams) {
    return new PipelineSettings(
        RecordCheck.of(config),
        AggregationLimits.of(config, pool),
        new BatchLimits(
            config.collectionMaxCount(),
            config.collectionMaxSize(),
            config.recordMaxBufferedTime().toNanos()),
        new PipelineSettings.Delivery(
            ttlNanos(config.recordTtl()),
            new RateLimit(config.rateLimit(), config.adaptiveRateLimit()),
            retry::boundNanos,
            new RetryDecider(config.failIfThrottled(), retry.maxAttempts()),
            config.keyOrder()),
        new PipelineSettings.Flight(
            config.maxInFlightRequests(),
            config.maxInFlightBytes(),
            config.requestTimeout().toNanos(),
            config.describeStreamSummaryInterval().toNanos()),
        ofStreams);
  }

  private static long ttlNanos(Duration ttl) {
    return ttl.equals(KinesisProducerConfig.FOREVER) ? Long.MAX_VALUE : ttl.toNanos();
  }

  private void end(
      ExecutorService workers,
      KinesisConnection connection,
      @Nullable ExecutorService ownCompletion,
      ResultPublisher publisher,
      ProducerEvents events) {
    quietly(workers::shutdownNow);
    quietly(connection::close);
    if (ownCompletion != null) {
      ownCompletion.shutdown();
      if (!publisher.idle()) {
        // A user's callback blocks it, and the time to wait is over.
        quietly(ownCompletion::shutdownNow);
      }
    }
    quietly(events::close);
    if (credentials != null) {
      quietly(credentials::close);
    }
  }

  /** An act of the end; the others follow whatever happens. */
  @FunctionalInterface
  private interface Act {
    void run() throws Exception;
  }

  private static void quietly(Act act) {
    try {
      act.run();
    } catch (Exception | Error fault) {
      LOG.warn("While closing the producer", fault);
    }
  }
}
