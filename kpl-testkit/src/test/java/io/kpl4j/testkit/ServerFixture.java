// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** A server with one stream, a clock and a client of its own for each test. */
abstract class ServerFixture {

  static final String STREAM = "stream";
  static final String FIRST_SHARD = "shardId-000000000000";

  final ManualClock clock = new ManualClock();
  final KinesisTestServer server;
  final KinesisAsyncClient client;

  ServerFixture(KinesisTestServer.Builder builder) {
    this.server = builder.clock(clock).start();
    this.client = Clients.kinesis(server, Clients.Format.CBOR);
  }

  @AfterEach
  final void close() {
    client.close();
    server.close();
  }

  static List<PutRecordsRequestEntry> entries(int count, int dataBytes) {
    SdkBytes data = SdkBytes.fromByteArrayUnsafe(new byte[dataBytes]);
    return IntStream.range(0, count)
        .mapToObj(i -> PutRecordsRequestEntry.builder().partitionKey("k").data(data).build())
        .toList();
  }

  final PutRecordsResponse put(List<PutRecordsRequestEntry> entries) {
    return putLater(entries).join();
  }

  final CompletableFuture<PutRecordsResponse> putLater(List<PutRecordsRequestEntry> entries) {
    return client.putRecords(r -> r.streamName(STREAM).records(entries));
  }

  static AbstractThrowableAssert<?, ?> assertThatFailureOf(CompletableFuture<?> future) {
    return assertThatThrownBy(future::join).cause();
  }
}
