// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

/** Who decides on which shard of a stream a record lands. */
public enum RecordDistributionStrategy {
  /** Not said: taken to be {@link #USER_PARTITION_KEY}. */
  UNSET,
  /** The service spreads the records itself and ignores their keys. */
  AUTO,
  /** The partition key, or the explicit hash key, of each record. */
  USER_PARTITION_KEY
}
