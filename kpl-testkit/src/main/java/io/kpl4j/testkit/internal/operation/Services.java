// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.stream.Receipt;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import io.kpl4j.testkit.internal.wire.Wire;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operations by name. Thread-safe. */
public final class Services {

  private static final Set<String> CLOUDWATCH =
      Set.of("PutMetricData", "ListMetrics", "GetMetricStatistics");

  private final Map<String, Operation> operations = new HashMap<>();
  private final Permissions permissions = new Permissions();
  private final PutRecords putRecords;

  /** Kinesis over these streams, and CloudWatch into this log. */
  public Services(StreamRegistry streams, MetricLog metrics) {
    StreamOperations stream = new StreamOperations(streams);
    operations.put("CreateStream", stream::create);
    operations.put("DeleteStream", stream::delete);
    operations.put("ListStreams", stream::list);
    operations.put("DescribeStream", stream::describe);
    operations.put("DescribeStreamSummary", stream::describeSummary);
    operations.put("ListShards", new ListShards(streams));
    ReshardOperations reshard = new ReshardOperations(streams);
    operations.put("SplitShard", reshard::split);
    operations.put("MergeShards", reshard::merge);
    operations.put("UpdateShardCount", reshard::updateShardCount);
    this.putRecords = new PutRecords(streams);
    operations.put("PutRecords", putRecords);
    operations.put("PutRecord", new PutRecord(streams));
    ReadOperations read = new ReadOperations(streams);
    operations.put("GetShardIterator", read::getShardIterator);
    operations.put("GetRecords", read::getRecords);
    operations.put("PutMetricData", new PutMetricData(metrics, streams.settings().clock()));
    operations.put("ListMetrics", new ListMetrics(metrics));
    operations.put("GetMetricStatistics", new GetMetricStatistics(metrics));
  }

  /** Refuses these operations from now on; each must be one that there is. */
  public void deny(String... names) {
    for (String name : names) {
      if (!operations.containsKey(name)) {
        throw new IllegalArgumentException("no operation " + name);
      }
      permissions.deny(name);
    }
  }

  /** Takes it back. */
  public void allow(String... names) {
    for (String name : names) {
      permissions.allow(name);
    }
  }

  /** How many entries of PutRecords calls were refused with this code. */
  public long refusedEntries(String code) {
    return putRecords.refused(code);
  }

  /**
   * Answers a call.
   *
   * @param receipt given by who has sent the reply
   * @throws Refusal what the service says instead of a reply
   */
  public void answer(
      String operation,
      Wire wire,
      RequestBody body,
      @Nullable FaultAction fault,
      Receipt receipt,
      OutputStream out)
      throws IOException {
    Operation target = operations.get(operation);
    boolean cloudWatch = CLOUDWATCH.contains(operation);
    if (target == null || (wire == Wire.QUERY && !cloudWatch)) {
      throw new Refusal(400, "UnknownOperationException", "no operation " + operation);
    }
    permissions.check(operation, cloudWatch);
    try (JsonParser parser = wire.parser(body.array(), body.offset(), body.length());
        ReplyWriter reply = wire.reply(operation, out)) {
      reply.open();
      target.answer(new Call(wire, parser, fault, receipt), reply);
      reply.end();
    } catch (JsonProcessingException e) {
      throw new Refusal(400, "SerializationException", e.getOriginalMessage());
    }
  }
}
