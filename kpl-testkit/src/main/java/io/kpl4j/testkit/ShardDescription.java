// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.internal.stream.ShardView;
import java.math.BigInteger;
import java.util.List;

/** A shard as it was when it was asked for. Immutable. */
public final class ShardDescription {

  private final ShardView view;

  ShardDescription(ShardView view) {
    this.view = view;
  }

  /** {@return its id} */
  public String shardId() {
    return view.shardId();
  }

  /** {@return the least hash key that it takes} */
  public BigInteger startingHashKey() {
    return view.range().start().toBigInteger();
  }

  /** {@return the greatest hash key that it takes} */
  public BigInteger endingHashKey() {
    return view.range().end().toBigInteger();
  }

  /** {@return the shards it came from: none, one after a split, two after a merge} */
  public List<String> parentShardIds() {
    return view.parents();
  }

  /** {@return whether it still takes records} */
  public boolean isOpen() {
    return view.endingSequenceNumber() == null;
  }

  /** {@return how many records it has taken} */
  public long recordCount() {
    return view.records();
  }

  /** {@return how many bytes of data and partition keys it has taken} */
  public long byteCount() {
    return view.bytes();
  }

  @Override
  public String toString() {
    return "ShardDescription["
        + shardId()
        + ", "
        + view.range().start()
        + ".."
        + view.range().end()
        + (isOpen() ? ", open, " : ", closed, ")
        + recordCount()
        + " records]";
  }
}
