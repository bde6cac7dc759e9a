// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which shards a listing shows. Immutable.
 *
 * @param type the rule
 * @param shardId the shard after which to begin, for {@code AFTER_SHARD_ID}
 * @param moment the moment, for the rules that have one
 */
public record ShardFilter(Type type, @Nullable String shardId, @Nullable Instant moment) {

  /** Shows every shard. */
  public static final ShardFilter NONE = new ShardFilter(Type.FROM_TRIM_HORIZON, null, null);

  private static final Duration RETENTION = Duration.ofHours(24);

  /** The rules, by the names that the service gives them. */
  public enum Type {
    /** Shards with greater ids. */
    AFTER_SHARD_ID,
    /** Shards that were open at the trim horizon. */
    AT_TRIM_HORIZON,
    /** Shards that were open at the trim horizon or opened since. */
    FROM_TRIM_HORIZON,
    /** Shards that are open. */
    AT_LATEST,
    /** Shards that were open at a moment. */
    AT_TIMESTAMP,
    /** Shards that were open at a moment or opened since. */
    FROM_TIMESTAMP
  }

  /** Reads a filter as a request gives it. */
  public static ShardFilter of(String type, @Nullable String shardId, @Nullable Instant moment) {
    Type parsed = parse(type);
    if (parsed == Type.AFTER_SHARD_ID && shardId == null) {
      throw Refusal.invalidArgument("ShardId must be provided for AFTER_SHARD_ID.");
    }
    boolean needsMoment = parsed == Type.AT_TIMESTAMP || parsed == Type.FROM_TIMESTAMP;
    if (needsMoment && moment == null) {
      throw Refusal.invalidArgument("Timestamp must be provided for " + type + ".");
    }
    return new ShardFilter(parsed, shardId, moment);
  }

  private static Type parse(String type) {
    for (Type known : Type.values()) {
      if (known.name().equals(type)) {
        return known;
      }
    }
    throw Refusal.validation(
        "Value '"
            + type
            + "' at 'shardFilter.type' failed to satisfy constraint: Member must be "
            + "one of the known filter types");
  }

  /** The shards that this filter shows. */
  public List<ShardView> apply(List<ShardView> shards, Instant streamCreation, Instant now) {
    Predicate<ShardView> shown = predicate(streamCreation, now);
    return shards.stream().filter(shown).toList();
  }

  private Predicate<ShardView> predicate(Instant streamCreation, Instant now) {
    Instant retained = now.minus(RETENTION);
    Instant horizon = retained.isAfter(streamCreation) ? retained : streamCreation;
    Instant at = moment == null || moment.isBefore(horizon) ? horizon : moment;
    return switch (type) {
      case AFTER_SHARD_ID -> shard -> shardId == null || shard.shardId().compareTo(shardId) > 0;
      case AT_TRIM_HORIZON ->
          // The first shards by their lack of parents: a split may fall on the same instant.
          horizon.equals(streamCreation)
              ? shard -> shard.parents().isEmpty()
              : shard -> shard.openAt(horizon);
      case FROM_TRIM_HORIZON -> shard -> shard.openSince(horizon);
      case AT_LATEST -> shard -> shard.endingSequenceNumber() == null;
      case AT_TIMESTAMP -> shard -> shard.openAt(at);
      case FROM_TIMESTAMP -> shard -> shard.openSince(at);
    };
  }
}
