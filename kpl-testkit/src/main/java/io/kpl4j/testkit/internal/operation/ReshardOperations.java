// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.HashKey;
import io.kpl4j.testkit.internal.stream.KinesisStream;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.wire.Fields;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;

/** Splits and merges shards; each is done when the reply is sent. Thread-safe. */
final class ReshardOperations {

  private final StreamRegistry streams;

  ReshardOperations(StreamRegistry streams) {
    this.streams = streams;
  }

  void split(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    String shard = request.requiredText("ShardToSplit");
    String decimal = request.requiredText("NewStartingHashKey");
    HashKey newStart = HashKey.parse(decimal);
    if (newStart == null) {
      throw Refusal.validation(
          "Value '"
              + decimal
              + "' at 'newStartingHashKey' failed to satisfy constraint: Member must satisfy "
              + "regular expression pattern: 0|([1-9]\\d{0,38})");
    }
    StreamTarget.of(streams, request).split(shard, newStart);
  }

  void merge(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    String shard = request.requiredText("ShardToMerge");
    String adjacent = request.requiredText("AdjacentShardToMerge");
    StreamTarget.of(streams, request).merge(shard, adjacent);
  }

  void updateShardCount(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    if (!request.has("TargetShardCount")) {
      throw Fields.missing("TargetShardCount");
    }
    if (!"UNIFORM_SCALING".equals(request.requiredText("ScalingType"))) {
      throw Refusal.validation("scalingType must be UNIFORM_SCALING");
    }
    KinesisStream stream = StreamTarget.of(streams, request);
    int before = stream.openShardCount();
    int target = request.number("TargetShardCount", 0);
    stream.updateShardCount(target);
    reply.text("StreamName", stream.name());
    reply.text("StreamARN", stream.arn());
    reply.number("CurrentShardCount", before);
    reply.number("TargetShardCount", target);
  }
}
