// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.EnumMap;
import java.util.Map;

/** Counts what went wrong, by kind. Confined to one run, or to who adds runs up. */
final class Faults {

  /** What may go wrong, in the service, on the way to it, or around the producer. */
  enum Kind {
    THROTTLED_ENTRY("entry throttled"),
    FAILED_ENTRY("entry failed"),
    HTTP_500("call answered 500"),
    CALL_THROTTLED("call throttled as a whole"),
    NETWORK("connection broken before the service read"),
    LOST_REPLY("reply lost after all was stored"),
    WRONG_COUNT("reply with a wrong number of entries"),
    NO_ANSWER("stored and never answered"),
    LATE_ANSWER("answered after the call was given up"),
    STORED_LATE("stored after the call was given up"),
    OUT_OF_MEMORY("heap exhausted in a call"),
    STRAGGLING_REPLY("reply overtaken by later ones"),
    REPLY_TWICE("reply delivered twice"),
    SENDER_THREW("sender threw after it had sent"),
    UNREACHABLE("service not reachable"),
    CREDENTIALS("credentials expired or missing"),
    NO_SUCH_STREAM("stream missing"),
    ACCESS_DENIED("access denied"),
    INVALID_CALL("call refused as invalid"),
    SPLIT("shard split"),
    MERGE("shards merged"),
    STREAM_MADE_ANEW("stream deleted and made anew"),
    LISTING_FAILED("listing failed or throttled"),
    LISTING_STALE("listing out of date"),
    LISTING_WITH_HOLE("listing with a hole"),
    LISTING_TWICE("listing delivered twice"),
    HAND_OVER_REJECTED("hand-over rejected by the executor"),
    PROCESS_SUSPENDED("process suspended"),
    WALL_CLOCK_SET("wall clock set"),
    FUTURE_MEDDLED("future cancelled or completed by its caller"),
    CALLER_INTERRUPTED("caller interrupted while it waited"),
    CALLBACK_THREW("callback threw");

    final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

  void count(Kind kind) {
    counts.merge(kind, 1L, Long::sum);
  }

  long of(Kind kind) {
    return counts.getOrDefault(kind, 0L);
  }

  long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  void add(Faults others) {
    others.counts.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
  }
}
