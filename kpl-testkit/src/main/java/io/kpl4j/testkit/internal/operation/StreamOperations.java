// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.KinesisStream;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.stream.ShardView;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.wire.Fields;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;
import java.util.List;

/** Creates, deletes, lists and describes streams. Thread-safe. */
final class StreamOperations {

  private static final int ON_DEMAND_SHARDS = 4;
  private static final int DEFAULT_PAGE = 100;
  private static final int MAX_PAGE = 10_000;
  private static final int RETENTION_HOURS = 24;
  private static final int KIB = 1 << 10;

  private final StreamRegistry streams;

  StreamOperations(StreamRegistry streams) {
    this.streams = streams;
  }

  void create(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    String name = request.requiredText("StreamName");
    boolean onDemand = "ON_DEMAND".equals(request.object("StreamModeDetails").text("StreamMode"));
    if (!onDemand && !request.has("ShardCount")) {
      throw Fields.missing("ShardCount");
    }
    int shardCount = request.number("ShardCount", ON_DEMAND_SHARDS);
    int maxRecordKib = request.number("MaxRecordSizeInKiB", KIB);
    if (maxRecordKib < KIB || maxRecordKib > 10 * KIB) {
      throw Refusal.validation("maxRecordSizeInKiB must be within 1024 and 10240");
    }
    KinesisStream stream = streams.create(name, shardCount, onDemand);
    stream.maxRecordBytes(maxRecordKib * KIB);
    stream.spreadsRecords("AUTO".equals(request.text("RecordDistributionStrategy")));
  }

  void delete(Call call, ReplyWriter reply) throws IOException {
    streams.delete(StreamTarget.of(streams, call.fields()).name());
  }

  void list(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    int limit = Bounds.number(request, "Limit", DEFAULT_PAGE, MAX_PAGE);
    String nextToken = request.text("NextToken");
    String after = nextToken == null ? request.text("ExclusiveStartStreamName") : nextToken;
    List<KinesisStream> rest =
        streams.all().stream()
            .filter(stream -> after == null || stream.name().compareTo(after) > 0)
            .toList();
    List<KinesisStream> page = rest.subList(0, Math.min(limit, rest.size()));
    boolean more = rest.size() > page.size();
    reply.texts("StreamNames", page.stream().map(KinesisStream::name).toList());
    reply.flag("HasMoreStreams", more);
    if (more) {
      reply.text("NextToken", page.get(page.size() - 1).name());
    }
    reply.openList("StreamSummaries");
    for (KinesisStream stream : page) {
      reply.open();
      writeIdentity(stream, reply);
      reply.end();
    }
    reply.endList();
  }

  void describe(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    KinesisStream stream = StreamTarget.of(streams, request);
    int limit = Bounds.number(request, "Limit", DEFAULT_PAGE, MAX_PAGE);
    String after = request.text("ExclusiveStartShardId");
    List<ShardView> rest =
        stream.shards().stream()
            .filter(shard -> after == null || shard.shardId().compareTo(after) > 0)
            .toList();
    List<ShardView> page = rest.subList(0, Math.min(limit, rest.size()));
    reply.open("StreamDescription");
    writeDescription(stream, reply);
    ShardJson.writeList(page, "Shards", reply);
    reply.flag("HasMoreShards", rest.size() > page.size());
    reply.end();
  }

  void describeSummary(Call call, ReplyWriter reply) throws IOException {
    KinesisStream stream = StreamTarget.of(streams, call.fields());
    reply.open("StreamDescriptionSummary");
    writeDescription(stream, reply);
    reply.number("OpenShardCount", stream.openShardCount());
    reply.number("ConsumerCount", 0);
    reply.number("MaxRecordSizeInKiB", stream.maxRecordBytes() / KIB);
    reply.text(
        "RecordDistributionStrategy", stream.spreadsRecords() ? "AUTO" : "USER_PARTITION_KEY");
    reply.end();
  }

  private static void writeDescription(KinesisStream stream, ReplyWriter reply) throws IOException {
    writeIdentity(stream, reply);
    reply.number("RetentionPeriodHours", RETENTION_HOURS);
    reply.text("EncryptionType", "NONE");
    reply.openList("EnhancedMonitoring");
    reply.open();
    reply.texts("ShardLevelMetrics", List.of());
    reply.end();
    reply.endList();
  }

  private static void writeIdentity(KinesisStream stream, ReplyWriter reply) throws IOException {
    reply.text("StreamName", stream.name());
    reply.text("StreamARN", stream.arn());
    reply.text("StreamStatus", "ACTIVE");
    reply.timestamp("StreamCreationTimestamp", stream.createdAt());
    reply.open("StreamModeDetails");
    reply.text("StreamMode", stream.onDemand() ? "ON_DEMAND" : "PROVISIONED");
    reply.end();
  }
}
