// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.deadline.DeadlineHeap;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The calls under way, bounded in number and in bytes. Confined to the loop, but for {@link
 * #count}.
 *
 * <p>An out-of-memory in a call halves both bounds; each answered call gives a sixteenth back.
 */
final class InFlight {

  /** A call of which this much more than the request timeout has passed will not be answered. */
  private static final long GRACE_NANOS = 1_000_000_000L;

  /** One call under way. Confined to the loop. */
  static final class Call {
    final StreamPipeline stream;
    final PutRecordsBatch batch;
    final long sentNanos;
    final Instant sentAt;
    final long oldestAdmittedNanos;
    private final long id;
    private final DeadlineHeap.Handle<Call> timeout = new DeadlineHeap.Handle<>(this);

    private Call(StreamPipeline stream, PutRecordsBatch batch, long id, Moment sent) {
      this.stream = stream;
      this.batch = batch;
      this.id = id;
      this.sentNanos = sent.nanos;
      this.sentAt = sent.wall;
      this.oldestAdmittedNanos =
          batch.records().stream()
              .mapToLong(KinesisRecord::oldestAdmittedNanos)
              .min()
              .orElseThrow();
    }

    long id() {
      return id;
    }
  }

  /** A moment by both clocks. */
  record Moment(long nanos, Instant wall) {}

  private final PipelineSettings.Flight limits;
  private final Map<Long, Call> calls = new HashMap<>();
  private final DeadlineHeap<Call> timeouts = new DeadlineHeap<>();
  private volatile int count;
  private long bytes;
  private long lastId;
  private double shrunk = 1;

  /** The stream that has waited for room for longest, and the last call before it did. */
  private @Nullable StreamPipeline passedOver;

  private long passedOverAt;

  InFlight(PipelineSettings.Flight limits) {
    this.limits = limits;
  }

  /** Whether one more call may be made. */
  boolean hasSlot() {
    return calls.size() < Math.max(1, (int) (limits.maxRequests() * shrunk));
  }

  /** How many bytes more may be under way; may be negative. */
  long roomBytes() {
    return (long) (limits.maxBytes() * shrunk) - bytes;
  }

  /**
   * Whether so little room should be waited for. Never for more than a quarter of all: a backlog
   * larger than that would wait until nothing is under way, and so for a call that is not answered.
   */
  boolean tooLittleFor(long worthwhileBytes) {
    return roomBytes() < Math.min(worthwhileBytes, (long) (limits.maxBytes() * shrunk) / 4);
  }

  /** How many calls are under way. Any thread. */
  int count() {
    return count;
  }

  boolean isEmpty() {
    return calls.isEmpty();
  }

  /**
   * There is too little room for what a stream has to send: others may go on, but not for ever.
   *
   * @return whether as many calls as may be under way have begun since: nothing else goes before it
   */
  boolean passOver(StreamPipeline stream) {
    if (passedOver == null && !isEmpty()) {
      passedOver = stream;
      passedOverAt = lastId;
    }
    return passedOver == stream && !isEmpty() && lastId - passedOverAt >= limits.maxRequests();
  }

  /** The stream waits for room no more. */
  void satisfied(StreamPipeline stream) {
    if (passedOver == stream) {
      passedOver = null;
    }
  }

  Call begin(StreamPipeline stream, PutRecordsBatch batch, Moment sent) {
    satisfied(stream);
    Call call = new Call(stream, batch, ++lastId, sent);
    calls.put(call.id, call);
    count = calls.size();
    bytes += batch.sizeBytes();
    timeouts.schedule(call.timeout, sent.nanos + limits.requestTimeoutNanos() + GRACE_NANOS);
    return call;
  }

  /** Takes the call back; null if that was done before: the reply is late. */
  @Nullable Call end(long id) {
    Call call = calls.remove(id);
    if (call != null) {
      count = calls.size();
      bytes -= call.batch.sizeBytes();
      timeouts.cancel(call.timeout);
    }
    return call;
  }

  /** A call that should have been answered by now, taken back; null if there is none. */
  @Nullable Call pollOverdue(long nowNanos) {
    Call call = timeouts.pollDue(nowNanos);
    return call == null ? null : abandon(call);
  }

  /** Any call, taken back; null if there is none. */
  @Nullable Call pollAny() {
    return calls.isEmpty() ? null : abandon(calls.values().iterator().next());
  }

  /** A sender that was held up must not make the call behind our back. */
  private @Nullable Call abandon(Call call) {
    call.batch.abandoned().set(true);
    return end(call.id);
  }

  long nextTimeoutNanos() {
    return timeouts.nextNanos();
  }

  /** The heap ran out during a call. */
  void shrink() {
    shrunk = Math.max(1.0 / 1024, shrunk / 2);
  }

  /** A call was answered. */
  void grow() {
    shrunk = Math.min(1, shrunk + 1.0 / 16);
  }
}
