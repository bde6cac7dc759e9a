// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.KinesisStream;
import io.kpl4j.testkit.internal.stream.LogEntry;
import io.kpl4j.testkit.internal.stream.ReadBatch;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.wire.Fields;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;

/** Reads records by shard iterators, which carry their whole state. Thread-safe. */
final class ReadOperations {

  private static final int MAX_RECORDS = 10_000;
  private static final Duration ITERATOR_LIFE = Duration.ofMinutes(5);

  private final StreamRegistry streams;

  ReadOperations(StreamRegistry streams) {
    this.streams = streams;
  }

  void getShardIterator(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    String shardId = request.requiredText("ShardId");
    String type = request.requiredText("ShardIteratorType");
    KinesisStream stream = StreamTarget.of(streams, request);
    long first = stream.firstNumber(shardId);
    long number =
        switch (type) {
          case "TRIM_HORIZON" -> first;
          case "LATEST" -> stream.nextNumber();
          case "AT_SEQUENCE_NUMBER" -> stream.numberOf(shardId, startingNumber(request));
          case "AFTER_SEQUENCE_NUMBER" -> stream.numberOf(shardId, startingNumber(request)) + 1;
          case "AT_TIMESTAMP" -> stream.numberAt(shardId, moment(request));
          default ->
              throw Refusal.validation(
                  "Value '" + type + "' at 'shardIteratorType' failed to satisfy constraint");
        };
    reply.text("ShardIterator", iterator(stream, shardId, number));
  }

  private static String startingNumber(Fields request) {
    String number = request.text("StartingSequenceNumber");
    if (number == null) {
      throw Refusal.invalidArgument("StartingSequenceNumber must be specified for this type.");
    }
    return number;
  }

  private static Instant moment(Fields request) {
    Instant moment = request.timestamp("Timestamp");
    if (moment == null) {
      throw Refusal.invalidArgument("Timestamp must be specified for AT_TIMESTAMP.");
    }
    return moment;
  }

  void getRecords(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    Token token = Token.read(request.requiredText("ShardIterator"));
    if (token == null || token.parts().size() != 5) {
      throw Refusal.invalidArgument("Invalid ShardIterator.");
    }
    int limit = Bounds.number(request, "Limit", MAX_RECORDS, MAX_RECORDS);
    KinesisStream stream = streams.get(token.text(0));
    checkAge(token, stream);
    String shardId = token.text(2);
    ReadBatch batch = stream.read(shardId, token.number(3), limit);
    reply.openList("Records");
    for (LogEntry entry : batch.records()) {
      write(entry, reply);
    }
    reply.endList();
    if (batch.nextNumber() == ReadBatch.SHARD_END) {
      ShardJson.writeChildren(batch.children(), reply);
    } else {
      reply.text("NextShardIterator", iterator(stream, shardId, batch.nextNumber()));
    }
    reply.number("MillisBehindLatest", batch.millisBehindLatest());
  }

  private void checkAge(Token token, KinesisStream stream) {
    if (token.number(1) != stream.createdAt().toEpochMilli()) {
      throw Refusal.invalidArgument("The ShardIterator belongs to a stream since deleted.");
    }
    Instant made = Instant.ofEpochMilli(token.number(4));
    Instant now = streams.settings().clock().instant();
    if (made.plus(ITERATOR_LIFE).isBefore(now)) {
      throw new Refusal(
          400,
          "ExpiredIteratorException",
          "Iterator expired. The iterator was created at time "
              + made
              + " while right now it is "
              + now
              + " which is further in the future than the tolerated delay of 300000 milliseconds.");
    }
  }

  private static void write(LogEntry entry, ReplyWriter reply) throws IOException {
    reply.open();
    reply.text("SequenceNumber", entry.sequenceNumber());
    reply.timestamp("ApproximateArrivalTimestamp", entry.arrival());
    reply.blob("Data", entry.data());
    reply.text("PartitionKey", entry.partitionKey());
    reply.end();
  }

  private String iterator(KinesisStream stream, String shardId, long number) {
    return Token.of(
            stream.name(),
            Long.toString(stream.createdAt().toEpochMilli()),
            shardId,
            Long.toString(number),
            Long.toString(streams.settings().clock().millis()))
        .write();
  }
}
