// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import java.util.List;

/**
 * What one read of a shard gave. Immutable.
 *
 * @param records the records, in order of arrival
 * @param nextNumber where the next read begins, or {@link #SHARD_END}
 * @param millisBehindLatest how old the first unread record is; 0 if there is none
 * @param children the shards that follow, at the end of a closed shard
 */
public record ReadBatch(
    List<LogEntry> records, long nextNumber, long millisBehindLatest, List<ShardView> children) {

  /** In place of a number: the shard is closed and read to its end. */
  public static final long SHARD_END = -1;
}
