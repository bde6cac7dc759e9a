// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.check.PutCheck.Checked;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A record that was accepted, up to the end of its callbacks. Immutable but for its futures.
 *
 * @param record with data of its own
 * @param hashKey what decides its shard
 * @param permitBytes what it weighs in the buffer
 * @param admitted when it was accepted
 * @param own the settings of its stream
 * @param future the caller's, with which the caller may do as they like
 * @param told completes when the caller's future is complete and every callback has returned
 */
record Held(
    UserRecord record,
    HashKey hashKey,
    int permitBytes,
    Instant admitted,
    KinesisProducerConfig own,
    CompletableFuture<RecordResult> future,
    CompletableFuture<Void> told) {

  Held(UserRecord record, Checked checked, Instant admitted, KinesisProducerConfig own) {
    this(
        record,
        checked.hashKey(),
        checked.permitBytes(),
        admitted,
        own,
        new CompletableFuture<>(),
        new CompletableFuture<>());
  }

  String streamName() {
    return record.streamName();
  }

  boolean ofSameKey(Held other) {
    return hashKey.equals(other.hashKey) && streamName().equals(other.streamName());
  }

  boolean due(Instant now) {
    return age(now).compareTo(own.recordMaxBufferedTime()) >= 0;
  }

  boolean expired(Instant now) {
    return age(now).compareTo(own.recordTtl()) >= 0;
  }

  Duration age(Instant now) {
    return Duration.between(admitted, now);
  }

  /** Two of them are never the same. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }
}
