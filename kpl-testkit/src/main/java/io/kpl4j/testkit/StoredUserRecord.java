// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.aggregation.AggregatedRecord;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A user record as a stream held it when it was asked for, alone or in an aggregate. Immutable. */
public final class StoredUserRecord {

  private final StoredRecord holder;
  private final AggregatedRecord record;

  StoredUserRecord(StoredRecord holder, AggregatedRecord record) {
    this.holder = holder;
    this.record = record;
  }

  /** {@return the shard that holds it} */
  public String shardId() {
    return holder.shardId();
  }

  /** {@return the sequence number of the Kinesis record that it came in} */
  public String sequenceNumber() {
    return holder.sequenceNumber();
  }

  /** {@return its place in the Kinesis record that it came in, from 0} */
  public int subSequenceNumber() {
    return record.subSequenceNumber();
  }

  /**
   * {@return whether the reply that tells of it had left whole by then} Who got no such reply
   * rightly puts the record again.
   */
  public boolean acknowledged() {
    return holder.acknowledged();
  }

  /** {@return whether it came in an aggregate} */
  public boolean aggregated() {
    return record.aggregated();
  }

  /** {@return its own partition key} */
  public String partitionKey() {
    return record.partitionKey();
  }

  /** {@return the explicit hash key that it came with} */
  public Optional<String> explicitHashKey() {
    return record.aggregated() ? record.explicitHashKey() : holder.explicitHashKey();
  }

  /** {@return a copy of its data} */
  public byte[] data() {
    ByteBuffer data = record.data();
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    return bytes;
  }

  /** {@return its data read as UTF-8} */
  public String text() {
    return new String(data(), UTF_8);
  }

  @Override
  public String toString() {
    return "StoredUserRecord["
        + shardId()
        + ", "
        + sequenceNumber()
        + "/"
        + subSequenceNumber()
        + ", "
        + partitionKey()
        + "]";
  }
}
