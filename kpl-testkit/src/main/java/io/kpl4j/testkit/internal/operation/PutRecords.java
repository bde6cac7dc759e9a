// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.stream.PutEntry;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Puts up to 500 records of 10 MiB together, keys included. Thread-safe. */
final class PutRecords implements Operation {

  private static final int MAX_ENTRIES = 500;
  private static final int MAX_REQUEST_BYTES = 10 << 20;

  private final StreamRegistry streams;
  private final PutRequestReader reader;
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();

  PutRecords(StreamRegistry streams) {
    this.streams = streams;
    this.reader = new PutRequestReader(streams.settings().keepRecords());
  }

  @Override
  public void answer(Call call, ReplyWriter reply) throws IOException {
    PutRequestReader.PutRequest request = reader.readMany(call.parser());
    List<PutEntry> entries = request.entries();
    checkLimits(entries);
    strike(entries, call.fault());
    StreamTarget.of(streams, request.streamName(), request.streamArn())
        .put(entries, call.receipt());
    entries.forEach(this::count);
    int difference =
        call.fault() instanceof FaultAction.WrongEntryCount wrong ? wrong.difference() : 0;
    write(entries, entries.size() + difference, reply);
  }

  private void count(PutEntry entry) {
    String code = entry.errorCode();
    if (code != null) {
      refused.computeIfAbsent(code, unknown -> new LongAdder()).increment();
    }
  }

  /** How many entries were refused with this code. */
  long refused(String code) {
    LongAdder count = refused.get(code);
    return count == null ? 0 : count.sum();
  }

  private static void checkLimits(List<PutEntry> entries) {
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw Refusal.validation(
          "Value at 'records' failed to satisfy constraint: Member must have length within 1 and "
              + MAX_ENTRIES);
    }
    long bytes = 0;
    for (PutEntry entry : entries) {
      bytes += entry.costBytes();
    }
    if (bytes > MAX_REQUEST_BYTES) {
      throw Refusal.invalidArgument("Records size exceeds 10 MB limit");
    }
  }

  /** Refuses what a fault says; such entries are not stored. */
  static void strike(List<PutEntry> entries, @Nullable FaultAction fault) {
    if (fault instanceof FaultAction.EntryErrors errors) {
      for (PutEntry entry : entries) {
        if (errors.strikes()) {
          entry.refuse(errors.code(), errors.message());
        }
      }
    }
  }

  private static void write(List<PutEntry> entries, int replies, ReplyWriter reply)
      throws IOException {
    reply.number(
        "FailedRecordCount", entries.stream().filter(entry -> entry.errorCode() != null).count());
    reply.openList("Records");
    for (int i = 0; i < replies; i++) {
      PutEntry entry = entries.get(Math.min(i, entries.size() - 1));
      reply.open();
      reply.text("SequenceNumber", entry.sequenceNumber());
      reply.text("ShardId", entry.shardId());
      reply.text("ErrorCode", entry.errorCode());
      reply.text("ErrorMessage", entry.errorMessage());
      reply.end();
    }
    reply.endList();
    reply.text("EncryptionType", "NONE");
  }
}
