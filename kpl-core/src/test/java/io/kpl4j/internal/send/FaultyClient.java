// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** A client whose calls throw on the caller's thread. Immutable. */
final class FaultyClient implements KinesisAsyncClient {

  private final Error thrown;

  FaultyClient(Error thrown) {
    this.thrown = thrown;
  }

  @Override
  public CompletableFuture<PutRecordsResponse> putRecords(PutRecordsRequest request) {
    throw thrown;
  }

  @Override
  public CompletableFuture<ListShardsResponse> listShards(ListShardsRequest request) {
    throw thrown;
  }

  @Override
  public String serviceName() {
    return "kinesis";
  }

  @Override
  public void close() {
    throw new AssertionError("the user's client is closed by the user");
  }
}
