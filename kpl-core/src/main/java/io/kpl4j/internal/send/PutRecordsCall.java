// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Entry;
import io.kpl4j.internal.send.PutRecordsReply.Rejected;
import io.kpl4j.internal.transport.ServiceText;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** One PutRecords call; whatever happens, it answers once. Thread-safe. */
final class PutRecordsCall implements Runnable {

  private final KinesisConnection connection;
  private final PutRecordsBatch batch;
  private final Consumer<PutRecordsReply> onReply;
  private final AtomicBoolean answered = new AtomicBoolean();

  PutRecordsCall(
      KinesisConnection connection, PutRecordsBatch batch, Consumer<PutRecordsReply> onReply) {
    this.connection = connection;
    this.batch = batch;
    this.onReply = onReply;
  }

  /** Makes the call. On a sender worker. */
  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // What came of it goes to complete().
  public void run() {
    if (answered.get() || batch.abandoned().get()) {
      return;
    }
    try {
      connection.client().putRecords(request()).whenComplete(this::complete);
    } catch (VirtualMachineError e) {
      fail(e);
      // Memory comes back when less is in flight; of anything worse the thread's handler is to
      // know.
      if (!(e instanceof OutOfMemoryError)) {
        throw e;
      }
    } catch (Throwable t) {
      fail(t);
    }
  }

  void fail(Throwable thrown) {
    answer(CallFailures.of(thrown));
  }

  private void complete(@Nullable PutRecordsResponse response, @Nullable Throwable thrown) {
    PutRecordsReply reply;
    try {
      reply = response == null ? failure(thrown) : read(response);
    } catch (Throwable unreadable) {
      reply = CallFailures.of(unreadable);
    }
    answer(reply);
  }

  private static PutRecordsReply failure(@Nullable Throwable thrown) {
    return CallFailures.of(thrown == null ? new NullPointerException("no response") : thrown);
  }

  private void answer(PutRecordsReply reply) {
    if (answered.compareAndSet(false, true)) {
      onReply.accept(reply);
    }
  }

  private PutRecordsRequest request() {
    StreamAddress stream = connection.address(batch.streamName());
    PutRecordsRequest.Builder request = PutRecordsRequest.builder();
    if (connection.takesBodies()) {
      request.overrideConfiguration(connection.override(PutRecordsBody.of(stream, batch)));
    } else {
      request.records(entries(stream)).overrideConfiguration(connection.override());
    }
    stream.into(request::streamName, request::streamARN, request::streamId);
    return request.build();
  }

  private List<PutRecordsRequestEntry> entries(StreamAddress stream) {
    List<PutRecordsRequestEntry> entries = new ArrayList<>(batch.records().size());
    for (KinesisRecord record : batch.records()) {
      entries.add(
          PutRecordsRequestEntry.builder()
              .data(SdkBytes.fromByteArrayUnsafe(record.data()))
              .partitionKey(record.partitionKey())
              .explicitHashKey(stream.serviceRouted() ? null : record.explicitHashKey())
              .build());
    }
    return entries;
  }

  private static PutRecordsReply read(PutRecordsResponse response) {
    List<Entry> entries = new ArrayList<>(response.records().size());
    for (PutRecordsResultEntry entry : response.records()) {
      entries.add(read(entry));
    }
    return new Answered(entries);
  }

  private static Entry read(PutRecordsResultEntry entry) {
    @Nullable String code = entry.errorCode();
    @Nullable String shardId = entry.shardId();
    @Nullable String sequenceNumber = entry.sequenceNumber();
    boolean stored =
        (code == null || code.isEmpty()) && present(shardId) && present(sequenceNumber);
    return stored
        ? new Accepted(shardId, sequenceNumber)
        : new Rejected(code == null ? "" : code, shown(entry.errorMessage()));
  }

  private static boolean present(@Nullable String text) {
    return text != null && !text.isEmpty();
  }

  private static @Nullable String shown(@Nullable String message) {
    return message == null ? null : ServiceText.shown(message);
  }
}
