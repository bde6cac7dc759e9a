// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.send.RecordSender;
import io.kpl4j.internal.shard.ShardLister;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.StreamDescriber;
import io.kpl4j.internal.shard.StreamDescription;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One producer's way to a {@link KinesisModel}, which several may share: what it has under way is
 * told apart from what others have. Confined to the simulation.
 */
final class ModelClient implements RecordSender, ShardLister, StreamDescriber {

  /** Told of each batch at the moment it is sent, before it counts as under way. */
  @FunctionalInterface
  interface Watcher {
    void sends(PutRecordsBatch batch, long nowNanos);
  }

  private final KinesisModel model;
  private final long requestTimeoutNanos;
  private final Watcher watcher;
  private final Simulation.PortWatcher ports;
  private final Map<String, Integer> underWay = new HashMap<>();
  private final Map<String, Long> lastActivity = new HashMap<>();
  private final Map<String, Long> lastMissed = new HashMap<>();
  private final ArrayDeque<KinesisModel.Call> overdue = new ArrayDeque<>();
  private Watcher alsoWatching = (batch, nowNanos) -> {};

  /** How long a session's credentials are good for, and how long it takes then to renew them. */
  long sessionNanos = Long.MAX_VALUE;

  long renewalNanos;
  int inFlight;
  int mostInFlight;

  /** Listings and descriptions under way; one whose answer comes twice is taken off twice. */
  private int controlCalls;

  int mostControlCalls;
  long inFlightBytes;

  /** Told of each answer that arrives, before the producer is; its call is in flight no more. */
  BiConsumer<PutRecordsBatch, PutRecordsReply> onAnswer = (batch, reply) -> {};

  ModelClient(KinesisModel model, SimulationSettings settings, Watcher watcher) {
    this.model = model;
    this.requestTimeoutNanos = settings.requestTimeoutNanos;
    this.ports = settings.ports;
    this.watcher = watcher;
  }

  @Override
  public void send(PutRecordsBatch batch, Consumer<PutRecordsReply> onReply) {
    ports.called(Simulation.Port.SENDER);
    model.send(
        this,
        batch,
        reply -> {
          if (reply instanceof PutRecordsReply.Failed failed) {
            noteMissing(batch.streamName(), failed.errorCode());
          }
          onAnswer.accept(batch, reply);
          onReply.accept(reply);
        });
  }

  @Override
  public void list(String streamName, boolean openOnly, Consumer<ShardListing> onReply) {
    ports.called(Simulation.Port.LISTER);
    controlCallBegins();
    model.list(
        streamName,
        openOnly,
        reply -> {
          controlCalls--;
          if (reply instanceof ShardListing.Failed failed) {
            noteMissing(streamName, failed.errorCode());
          }
          onReply.accept(reply);
        });
  }

  @Override
  public void describe(String streamName, Consumer<StreamDescription> onReply) {
    ports.called(Simulation.Port.DESCRIBER);
    controlCallBegins();
    model.metadata.describe(
        streamName,
        reply -> {
          controlCalls--;
          onReply.accept(reply);
        });
  }

  private void controlCallBegins() {
    mostControlCalls = Math.max(mostControlCalls, ++controlCalls);
  }

  int underWay(String stream) {
    return underWay.getOrDefault(stream, 0);
  }

  long lastActivity(String stream) {
    return lastActivity.getOrDefault(stream, 0L);
  }

  /** Tells one more of each batch. */
  void watch(Watcher also) {
    alsoWatching = also;
  }

  long requestTimeoutNanos() {
    return requestTimeoutNanos;
  }

  private void noteMissing(String stream, String errorCode) {
    if (errorCode.equals("ResourceNotFoundException")) {
      lastMissed.put(stream, model.nowNanos());
    }
  }

  /** When it was last told that the stream does not exist; -1 if never. */
  long lastMissedNanos(String stream) {
    return lastMissed.getOrDefault(stream, -1L);
  }

  /** User records without a verdict in calls under way. */
  long liveUnderWay(String stream) {
    return overdue.stream()
        .filter(call -> !call.over() && call.batch().streamName().equals(stream))
        .flatMap(call -> call.batch().records().stream())
        .mapToLong(KinesisRecord::live)
        .sum();
  }

  /** How long after it was sent a call without an answer is taken back. */
  long patienceNanos() {
    return requestTimeoutNanos + SECOND;
  }

  boolean sessionExpired(long nowNanos) {
    return nowNanos >= sessionNanos && nowNanos % sessionNanos < renewalNanos;
  }

  void sends(PutRecordsBatch batch, long nowNanos) {
    // After a gap in time the loop takes these back before their own event comes.
    overdue.removeIf(call -> call.endIfOverdue(nowNanos));
    watcher.sends(batch, nowNanos);
    alsoWatching.sends(batch, nowNanos);
  }

  void began(KinesisModel.Call call, PutRecordsBatch batch, long nowNanos) {
    overdue.addLast(call);
    inFlight++;
    mostInFlight = Math.max(mostInFlight, inFlight);
    inFlightBytes += batch.sizeBytes();
    underWay.merge(batch.streamName(), 1, Integer::sum);
    lastActivity.put(batch.streamName(), nowNanos);
  }

  void ended(PutRecordsBatch batch, long nowNanos) {
    inFlight--;
    inFlightBytes -= batch.sizeBytes();
    underWay.merge(batch.streamName(), -1, Integer::sum);
    lastActivity.put(batch.streamName(), nowNanos);
  }
}
