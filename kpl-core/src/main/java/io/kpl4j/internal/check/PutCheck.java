// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.check;

import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.AggregationLimits;
import io.kpl4j.internal.aggregate.RecordCheck;
import io.kpl4j.internal.aggregate.UserContent;
import io.kpl4j.internal.send.StreamAddress;

/**
 * Refuses what a producer with the same configuration refuses at once, with the same texts.
 * Immutable. It knows no limits but the configured ones: it asks no stream for its own.
 */
public final class PutCheck {

  private final KinesisProducerConfig config;
  private final ChunkPool pool = ChunkPool.unpooled();

  /**
   * A record that may be put. Immutable.
   *
   * @param hashKey what decides its shard; of no meaning where the service places records itself
   * @param permitBytes what it weighs in the buffer
   */
  public record Checked(HashKey hashKey, int permitBytes) {}

  /** Creates a check for producers with this configuration. */
  public PutCheck(KinesisProducerConfig config) {
    this.config = config;
  }

  /**
   * Checks a record.
   *
   * @throws IllegalArgumentException names what, the value and the limit, never payload or key
   */
  public Checked check(UserRecord record) {
    checkStream(record.streamName());
    KinesisProducerConfig own = config.forStream(record.streamName());
    RecordCheck check = RecordCheck.of(own);
    UserContent content = new UserContent();
    RecordCheck.checkSize(check.read(record, content), check.maxRecordBytes());
    check.place(record, content);
    boolean mayAggregate = AggregationLimits.of(own, pool).mayAggregate(content.dataBytes());
    return new Checked(
        content.hashKey(), RecordCheck.permitBytes(content, mayAggregate, config.bufferMaxBytes()));
  }

  /**
   * The key that decides the shard of a record.
   *
   * @throws IllegalArgumentException if its keys are not allowed
   */
  public static HashKey hashKeyOf(UserRecord record) {
    return RecordCheck.hashKeyOf(record);
  }

  /**
   * Checks what a caller calls a stream.
   *
   * @throws IllegalArgumentException if it is neither a name nor an ARN of a stream
   */
  public static void checkStream(String nameOrArn) {
    StreamAddress.check(nameOrArn);
  }
}
