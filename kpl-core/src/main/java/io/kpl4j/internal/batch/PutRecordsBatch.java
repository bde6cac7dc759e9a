// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.batch;

import io.kpl4j.internal.aggregate.KinesisRecord;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The Kinesis records of one PutRecords call, in order. Immutable; the records in it belong to the
 * loop, and the sender reads only what {@link KinesisRecord} says it may.
 *
 * @param streamName name of the stream
 * @param records the records; none where a call only opens a connection and asks for permission
 * @param sizeBytes data and partition keys
 * @param userRecords user records in all
 * @param abandoned set when nobody waits for the answer any more: a call that has not begun by then
 *     must not be made, as its records may be elsewhere
 */
public record PutRecordsBatch(
    String streamName,
    List<KinesisRecord> records,
    long sizeBytes,
    int userRecords,
    AtomicBoolean abandoned) {

  /** Keeps a copy and adds up. */
  public static PutRecordsBatch of(String streamName, List<KinesisRecord> records) {
    long bytes = 0;
    int users = 0;
    for (KinesisRecord record : records) {
      bytes += record.sizeBytes();
      users += record.live();
    }
    return new PutRecordsBatch(streamName, List.copyOf(records), bytes, users, new AtomicBoolean());
  }
}
