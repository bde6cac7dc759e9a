// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.WarmUpFailedException;
import io.kpl4j.WarmUpReport;
import io.kpl4j.internal.send.StreamAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The warm-ups that were asked for and are not over. Thread-safe. */
final class WarmUps {

  private final StreamContext context;
  private final Streams streams;
  private final Set<WarmUp> pending = ConcurrentHashMap.newKeySet();
  private volatile boolean ended;

  WarmUps(StreamContext context, Streams streams) {
    this.context = context;
    this.streams = streams;
  }

  /**
   * Begins a warm-up.
   *
   * @throws IllegalArgumentException if a name is neither a stream's nor an ARN
   */
  CompletableFuture<WarmUpReport> begin(List<String> names) {
    names.forEach(StreamAddress::check);
    List<StreamPipeline> asked = new ArrayList<>();
    for (String name : new LinkedHashSet<>(names)) {
      StreamPipeline stream = streams.knownOrNew(name);
      if (stream == null) {
        return CompletableFuture.failedFuture(closed());
      }
      asked.add(stream);
    }
    WarmUp warmUp = new WarmUp(context, asked);
    pending.add(warmUp);
    var unused = warmUp.future().whenComplete((report, failure) -> pending.remove(warmUp));
    context.inbox().offer(warmUp);
    if (ended) {
      warmUp.future().completeExceptionally(closed());
    }
    return warmUp.future();
  }

  /** The loop reads no more messages: what is pending fails, and so does what is still begun. */
  void end() {
    ended = true;
    pending.forEach(warmUp -> warmUp.future().completeExceptionally(closed()));
  }

  private static WarmUpFailedException closed() {
    return new WarmUpFailedException(List.of("the producer is closed, or has failed"));
  }
}
