// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.SequenceNumberRange;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardFilterType;

/**
 * One listing of a stream's shards, page by page; whatever happens, it answers once. Handed from
 * thread to thread, used by one at a time.
 */
final class ShardPages implements Runnable {

  private static final int SHARDS_PER_PAGE = 1_000;

  /** Ten times the shards of the largest accounts, or an endpoint that never ends. */
  private static final int MAX_PAGES = 200;

  private final KinesisConnection connection;
  private final Executor workers;
  private final String streamName;
  private final boolean openOnly;
  private final Consumer<ShardListing> onReply;
  private final AtomicBoolean answered = new AtomicBoolean();
  private final List<ShardRange> shards = new ArrayList<>();
  private int pages;
  private @Nullable String token;

  ShardPages(
      KinesisConnection connection,
      Executor workers,
      String streamName,
      boolean openOnly,
      Consumer<ShardListing> onReply) {
    this.connection = connection;
    this.workers = workers;
    this.streamName = streamName;
    this.openOnly = openOnly;
    this.onReply = onReply;
  }

  /** Has a worker ask for the next page. */
  void next() {
    try {
      workers.execute(this);
    } catch (Throwable t) { // Closed, or no memory for a thread: the listing must be answered.
      fail(t);
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // What came of it goes to complete().
  public void run() {
    try {
      connection.client().listShards(request()).whenComplete(this::complete);
    } catch (Throwable t) {
      fail(t);
    }
  }

  private ListShardsRequest request() {
    ListShardsRequest.Builder request =
        ListShardsRequest.builder().overrideConfiguration(connection.override());
    if (token != null) {
      // The token stands for the stream and the filter, which the service refuses beside it.
      return request.nextToken(token).build();
    }
    request.maxResults(SHARDS_PER_PAGE);
    if (openOnly) {
      request.shardFilter(filter -> filter.type(ShardFilterType.AT_LATEST));
    }
    connection.address(streamName).into(request::streamName, request::streamARN, request::streamId);
    return request.build();
  }

  private void complete(@Nullable ListShardsResponse page, @Nullable Throwable thrown) {
    if (page == null) {
      fail(thrown == null ? new NullPointerException("no response") : thrown);
      return;
    }
    try {
      page.shards().forEach(shard -> shards.add(range(shard)));
      turn(page.nextToken());
    } catch (Throwable t) {
      fail(t);
    }
  }

  private void turn(@Nullable String nextToken) {
    if (nextToken == null || nextToken.isEmpty()) {
      answer(new ShardListing.Listed(shards, !openOnly));
    } else if (nextToken.equals(token) || ++pages == MAX_PAGES) {
      fail(new IllegalStateException("ListShards has no end"));
    } else {
      token = nextToken;
      next();
    }
  }

  private static ShardRange range(Shard shard) {
    @Nullable String shardId = shard.shardId();
    if (shardId == null || shardId.isEmpty()) {
      throw new IllegalStateException("ListShards tells of a shard without id");
    }
    HashKeyRange keys = shard.hashKeyRange();
    SequenceNumberRange sequence = shard.sequenceNumberRange();
    return new ShardRange(
        shardId,
        HashKey.parse(keys.startingHashKey()),
        HashKey.parse(keys.endingHashKey()),
        sequence == null || sequence.endingSequenceNumber() == null);
  }

  private void fail(Throwable thrown) {
    Failed failed = CallFailures.of(thrown);
    answer(new ShardListing.Failed(failed.errorCode(), failed.message()));
  }

  private void answer(ShardListing listing) {
    if (answered.compareAndSet(false, true)) {
      onReply.accept(listing);
    }
  }
}
