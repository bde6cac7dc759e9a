// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import io.kpl4j.aggregation.HashKey;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;
import software.amazon.awssdk.services.kinesis.model.SequenceNumberRange;
import software.amazon.awssdk.services.kinesis.model.Shard;

/**
 * A client without sockets, of streams with one shard, that answers when a test says so.
 * Thread-safe.
 */
final class ScriptedKinesis implements KinesisAsyncClient {

  private static final String SHARD = "shardId-000000000000";

  /** A call that waits for its answer. */
  private record Held(PutRecordsRequest request, CompletableFuture<PutRecordsResponse> reply) {}

  private final Queue<Held> held = new ConcurrentLinkedQueue<>();
  private final AtomicInteger entries = new AtomicInteger();
  private volatile boolean holding;
  private volatile boolean denying;
  private volatile boolean closed;

  /** Calls wait for {@link #answerOne} from now on, or until {@link #answerAll}. */
  ScriptedKinesis hold() {
    holding = true;
    return this;
  }

  /** Calls are denied from now on. */
  ScriptedKinesis deny() {
    denying = true;
    return this;
  }

  /** Calls are permitted from now on. */
  void permit() {
    denying = false;
  }

  /** Answers the call that has waited longest; false if none waits. */
  boolean answerOne() {
    Held next = held.poll();
    if (next != null) {
      answer(next);
    }
    return next != null;
  }

  /** Answers all that wait, and what comes from now on. */
  void answerAll() {
    holding = false;
    while (answerOne()) {}
  }

  int callsHeld() {
    return held.size();
  }

  /** How many Kinesis records were stored. */
  int entries() {
    return entries.get();
  }

  boolean closed() {
    return closed;
  }

  @Override
  public CompletableFuture<PutRecordsResponse> putRecords(PutRecordsRequest request) {
    Held call = new Held(request, new CompletableFuture<>());
    held.add(call);
    if (!holding && held.remove(call)) {
      answer(call);
    }
    return call.reply;
  }

  private void answer(Held call) {
    if (denying) {
      call.reply.completeExceptionally(
          AccessDeniedException.builder().message("denied by the test").build());
      return;
    }
    int first = entries.getAndAdd(call.request.records().size());
    PutRecordsResultEntry[] results = new PutRecordsResultEntry[call.request.records().size()];
    for (int i = 0; i < results.length; i++) {
      results[i] =
          PutRecordsResultEntry.builder()
              .shardId(SHARD)
              .sequenceNumber(Integer.toString(first + i))
              .build();
    }
    call.reply.complete(PutRecordsResponse.builder().failedRecordCount(0).records(results).build());
  }

  @Override
  public CompletableFuture<ListShardsResponse> listShards(ListShardsRequest request) {
    return CompletableFuture.completedFuture(
        ListShardsResponse.builder()
            .shards(
                Shard.builder()
                    .shardId(SHARD)
                    .hashKeyRange(
                        HashKeyRange.builder()
                            .startingHashKey(HashKey.MIN.toDecimal())
                            .endingHashKey(HashKey.MAX.toDecimal())
                            .build())
                    .sequenceNumberRange(
                        SequenceNumberRange.builder().startingSequenceNumber("0").build())
                    .build())
            .build());
  }

  /** A builder of producers over this client. */
  KinesisProducerBuilder producer(Consumer<KinesisProducerConfigBuilder> settings) {
    KinesisProducerConfigBuilder config =
        KinesisProducerConfig.builder()
            .region("us-east-1")
            .metricsLevel(MetricsLevel.NONE)
            .requestTimeout(Producers.PATIENCE);
    settings.accept(config);
    return KinesisProducer.builder().config(config.build()).kinesisClient(this);
  }

  @Override
  public String serviceName() {
    return "kinesis";
  }

  @Override
  public void close() {
    closed = true;
  }
}
