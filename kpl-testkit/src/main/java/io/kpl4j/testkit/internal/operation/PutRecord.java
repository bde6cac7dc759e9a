// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.PutEntry;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;

/** Puts one record; what is an entry's error in a list is the whole call's here. Thread-safe. */
final class PutRecord implements Operation {

  private final StreamRegistry streams;
  private final PutRequestReader reader;

  PutRecord(StreamRegistry streams) {
    this.streams = streams;
    this.reader = new PutRequestReader(streams.settings().keepRecords());
  }

  @Override
  public void answer(Call call, ReplyWriter reply) throws IOException {
    PutRequestReader.PutRequest request = reader.readOne(call.parser());
    PutRecords.strike(request.entries(), call.fault());
    StreamTarget.of(streams, request.streamName(), request.streamArn())
        .put(request.entries(), call.receipt());
    PutEntry entry = request.entries().get(0);
    String code = entry.errorCode();
    if (code != null) {
      int status = code.equals("InternalFailure") ? 500 : 400;
      throw new Refusal(status, code, String.valueOf(entry.errorMessage()));
    }
    reply.text("ShardId", entry.shardId());
    reply.text("SequenceNumber", entry.sequenceNumber());
    reply.text("EncryptionType", "NONE");
  }
}
