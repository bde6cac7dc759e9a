// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import java.util.List;

/** The answer to a listing of shards. Immutable. */
public sealed interface ShardListing {

  /**
   * All pages were read.
   *
   * @param shards every shard listed, in any order
   * @param all whether closed shards were asked for too
   */
  record Listed(List<ShardRange> shards, boolean all) implements ShardListing {
    /** Keeps a copy. */
    public Listed {
      shards = List.copyOf(shards);
    }
  }

  /**
   * No complete answer.
   *
   * @param errorCode the service's code, or the simple name of the client's exception
   * @param message the text beside it; may be empty
   */
  record Failed(String errorCode, String message) implements ShardListing {}
}
