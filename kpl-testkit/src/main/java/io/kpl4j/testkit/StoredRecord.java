// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.internal.stream.LogEntry;
import java.time.Instant;
import java.util.Optional;

/** A record as a stream held it when it was asked for. Immutable. */
public final class StoredRecord {

  private final String shardId;
  private final LogEntry entry;
  private final boolean acknowledged;

  StoredRecord(String shardId, LogEntry entry) {
    this.shardId = shardId;
    this.entry = entry;
    this.acknowledged = entry.receipt().isGiven();
  }

  /** {@return the shard that holds it} */
  public String shardId() {
    return shardId;
  }

  /**
   * {@return its sequence number; in one stream, a later record has a greater one, whatever the
   * shard}
   */
  public String sequenceNumber() {
    return entry.sequenceNumber();
  }

  long number() {
    return entry.number();
  }

  /** {@return its partition key; empty if it came without} */
  public String partitionKey() {
    String key = entry.partitionKey();
    return key == null ? "" : key;
  }

  /** {@return the explicit hash key that it came with} */
  public Optional<String> explicitHashKey() {
    return Optional.ofNullable(entry.explicitHashKey());
  }

  /** {@return a copy of its data} */
  public byte[] data() {
    return entry.data().clone();
  }

  /**
   * {@return whether the reply that tells of it had left whole by then} Who got no such reply
   * rightly puts the record again.
   */
  public boolean acknowledged() {
    return acknowledged;
  }

  /** {@return when it came, by the server's clock} */
  public Instant arrival() {
    return entry.arrival();
  }

  @Override
  public String toString() {
    return "StoredRecord[" + shardId + ", " + sequenceNumber() + ", " + partitionKey() + "]";
  }
}
