// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.ProducerMetrics;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ProducerState;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StoredRecords;
import io.kpl4j.event.StreamEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes events on to several receivers and keeps their exceptions away from the loop. Confined to
 * the loop, but for {@link #close}.
 */
final class GuardedEvents implements ProducerEvents {

  private static final Logger LOG = LoggerFactory.getLogger(GuardedEvents.class);

  private final List<ProducerEvents> receivers;
  private final RareWarning warning;

  GuardedEvents(List<ProducerEvents> receivers, MonotonicClock clock) {
    this.receivers = List.copyOf(receivers);
    this.warning = new RareWarning(LOG, clock, "A receiver of producer events threw");
  }

  @Override
  public StreamEvents stream(String streamName) {
    return new Stream(all(receivers, receiver -> receiver.stream(streamName)));
  }

  @Override
  public void started(ProducerState state) {
    each(receivers, receiver -> receiver.started(state));
  }

  @Override
  public Optional<ProducerMetrics> metrics() {
    return receivers.stream().flatMap(receiver -> receiver.metrics().stream()).findFirst();
  }

  @Override
  public void close() {
    each(receivers, ProducerEvents::close);
  }

  private <T, R> List<R> all(List<T> from, Function<T, R> make) {
    List<R> made = new ArrayList<>(from.size());
    each(from, receiver -> made.add(make.apply(receiver)));
    return made;
  }

  private <T> void each(List<T> told, Consumer<T> event) {
    for (T receiver : told) {
      try {
        event.accept(receiver);
      } catch (VirtualMachineError fatal) {
        throw fatal;
      } catch (RuntimeException | Error fault) {
        warning.warn(fault);
      }
    }
  }

  private final class Stream implements StreamEvents {
    private final List<StreamEvents> told;

    Stream(List<StreamEvents> told) {
      this.told = told;
    }

    @Override
    public ShardEvents shard(@Nullable String shardId) {
      return new Shard(all(told, receiver -> receiver.shard(shardId)));
    }

    @Override
    public void recordsReceived(int count, long bytes) {
      each(told, receiver -> receiver.recordsReceived(count, bytes));
    }

    @Override
    public void recordsDropped(long count) {
      each(told, receiver -> receiver.recordsDropped(count));
    }

    @Override
    public void requestStarted(long requestId, int kinesisRecords, int userRecords, long bytes) {
      each(
          told, receiver -> receiver.requestStarted(requestId, kinesisRecords, userRecords, bytes));
    }

    @Override
    public void requestFinished(
        long requestId,
        int kinesisRecords,
        int userRecords,
        long bytes,
        long durationNanos,
        @Nullable String errorCode) {
      each(
          told,
          receiver ->
              receiver.requestFinished(
                  requestId, kinesisRecords, userRecords, bytes, durationNanos, errorCode));
    }

    @Override
    public void shardMapInstalled(int openShards) {
      each(told, receiver -> receiver.shardMapInstalled(openShards));
    }

    @Override
    public void streamRetired() {
      each(told, StreamEvents::streamRetired);
    }
  }

  private final class Shard implements ShardEvents {
    private final List<ShardEvents> told;

    Shard(List<ShardEvents> told) {
      this.told = told;
    }

    @Override
    public void userRecordsPut(StoredRecords records) {
      each(told, receiver -> receiver.userRecordsPut(records));
    }

    @Override
    public void userRecordPut(int dataBytes, long latencyNanos, int attempts) {
      each(told, receiver -> receiver.userRecordPut(dataBytes, latencyNanos, attempts));
    }

    @Override
    public void userRecordFailed(String errorCode, int attempts) {
      each(told, receiver -> receiver.userRecordFailed(errorCode, attempts));
    }

    @Override
    public void kinesisRecordAttempted(
        int userRecords, int bytes, long bufferedNanos, @Nullable String errorCode) {
      each(
          told,
          receiver ->
              receiver.kinesisRecordAttempted(userRecords, bytes, bufferedNanos, errorCode));
    }

    @Override
    public void kinesisRecordSent(long tokenWaitNanos, long slotWaitNanos) {
      each(told, receiver -> receiver.kinesisRecordSent(tokenWaitNanos, slotWaitNanos));
    }

    @Override
    public void outcomeUnknown(int userRecords) {
      each(told, receiver -> receiver.outcomeUnknown(userRecords));
    }

    @Override
    public void rateChanged(double share) {
      each(told, receiver -> receiver.rateChanged(share));
    }

    @Override
    public void throttled(int userRecords) {
      each(told, receiver -> receiver.throttled(userRecords));
    }

    @Override
    public void misplaced(int userRecords, int bytes) {
      each(told, receiver -> receiver.misplaced(userRecords, bytes));
    }

    @Override
    public void shardRetired() {
      each(told, ShardEvents::shardRetired);
    }
  }
}
