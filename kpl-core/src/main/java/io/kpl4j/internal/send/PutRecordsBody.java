// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.batch.PutRecordsBatch;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/**
 * The body of one PutRecords request, byte for byte as the SDK would marshal it, but without its
 * copies. Immutable.
 *
 * @param contentLength its bytes
 * @param content gives them in pieces of 64 KiB at most, to each subscriber from the start
 */
record PutRecordsBody(long contentLength, AsyncRequestBody content) {

  /** The only form that it has. */
  static final String CONTENT_TYPE = "application/x-amz-cbor-1.1";

  /** More than the names and heads in a request, with the stream's name or ARN and id. */
  private static final int AROUND_RECORDS_BYTES = 512;

  /** More than the names and heads in an entry, with its explicit hash key. */
  private static final int AROUND_RECORD_BYTES = 96;

  /**
   * Encodes a batch.
   *
   * @throws IllegalStateException if the call is so late that a record was packed anew
   */
  static PutRecordsBody of(StreamAddress stream, PutRecordsBatch batch) {
    List<KinesisRecord> records = batch.records();
    CborWriter writer =
        new CborWriter(
            batch.sizeBytes() + (long) AROUND_RECORD_BYTES * records.size() + AROUND_RECORDS_BYTES);
    writer.beginMap();
    writer.text("Records");
    writer.beginArray();
    for (KinesisRecord record : records) {
      write(record, stream.serviceRouted(), writer);
    }
    writer.end();
    stream.into(
        name -> write("StreamName", name, writer),
        arn -> write("StreamARN", arn, writer),
        id -> write("StreamId", id, writer));
    writer.end();
    return of(writer.pieces());
  }

  private static PutRecordsBody of(List<ByteBuffer> pieces) {
    long length = 0;
    for (ByteBuffer piece : pieces) {
      length += piece.remaining();
    }
    return new PutRecordsBody(
        length, AsyncRequestBody.fromRemainingByteBuffersUnsafe(pieces.toArray(ByteBuffer[]::new)));
  }

  private static void write(KinesisRecord record, boolean serviceRouted, CborWriter writer) {
    writer.beginMap();
    writer.text("Data");
    writer.bytes(record.data());
    write("ExplicitHashKey", serviceRouted ? null : record.explicitHashKey(), writer);
    write("PartitionKey", record.partitionKey(), writer);
    writer.end();
  }

  private static void write(String member, @Nullable String text, CborWriter writer) {
    if (text != null) {
      writer.text(member);
      writer.text(text);
    }
  }
}
