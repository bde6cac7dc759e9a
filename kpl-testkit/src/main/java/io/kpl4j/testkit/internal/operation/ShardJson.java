// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.HashRange;
import io.kpl4j.testkit.internal.stream.ShardView;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;
import java.util.List;

/** Writes shards as the service does. Stateless. */
final class ShardJson {

  private ShardJson() {}

  static void writeList(List<ShardView> shards, String field, ReplyWriter reply)
      throws IOException {
    reply.openList(field);
    for (ShardView shard : shards) {
      write(shard, reply);
    }
    reply.endList();
  }

  private static void write(ShardView shard, ReplyWriter reply) throws IOException {
    List<String> parents = shard.parents();
    reply.open();
    reply.text("ShardId", shard.shardId());
    if (!parents.isEmpty()) {
      reply.text("ParentShardId", parents.get(0));
    }
    if (parents.size() > 1) {
      reply.text("AdjacentParentShardId", parents.get(1));
    }
    writeRange(shard.range(), reply);
    reply.open("SequenceNumberRange");
    reply.text("StartingSequenceNumber", shard.startingSequenceNumber());
    reply.text("EndingSequenceNumber", shard.endingSequenceNumber());
    reply.end();
    reply.end();
  }

  static void writeChildren(List<ShardView> children, ReplyWriter reply) throws IOException {
    reply.openList("ChildShards");
    for (ShardView child : children) {
      reply.open();
      reply.text("ShardId", child.shardId());
      reply.texts("ParentShards", child.parents());
      writeRange(child.range(), reply);
      reply.end();
    }
    reply.endList();
  }

  private static void writeRange(HashRange range, ReplyWriter reply) throws IOException {
    reply.open("HashKeyRange");
    reply.text("StartingHashKey", range.start().toString());
    reply.text("EndingHashKey", range.end().toString());
    reply.end();
  }
}
