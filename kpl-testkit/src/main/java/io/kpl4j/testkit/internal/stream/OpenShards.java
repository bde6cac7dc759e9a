// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import java.util.ArrayList;
import java.util.List;

/** The open shards by their ranges, which cover the ring. Confined to the lock of its stream. */
final class OpenShards {

  private final List<Shard> byStart = new ArrayList<>();

  void add(Shard shard) {
    byStart.add(indexBefore(shard.range().start()) + 1, shard);
  }

  void remove(Shard shard) {
    byStart.remove(shard);
  }

  int count() {
    return byStart.size();
  }

  Shard at(int place) {
    return byStart.get(place);
  }

  Shard holding(HashKey key) {
    return byStart.get(indexBefore(key));
  }

  /** The place of the last shard that starts at or before the key; -1 if there is none. */
  private int indexBefore(HashKey key) {
    int low = 0;
    int high = byStart.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (byStart.get(middle).range().start().compareTo(key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }
}
