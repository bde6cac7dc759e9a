// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.aggregation.HashKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ChildShard;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.HashKeyRange;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.Record;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * Reads a stream as a KCL consumer would, on a thread of its own, from where it ended when this was
 * opened: shard by shard, children after their parents, aggregates behind the range filter. The
 * reading is confined to that thread.
 */
final class StreamReader implements AutoCloseable {

  private static final int MAX_RECORDS = 1_000;

  /**
   * So often in a row nothing new is found before the rest is lost: a record may be visible late.
   */
  private static final int PATIENCE_ROUNDS = 20;

  private static final long MAX_UNREAD_BYTES = 32 << 20;

  private final Endpoint endpoint;
  private final Ledger ledger;
  private final Thread thread = new Thread(this::run, "demo-reader");
  private final List<Cursor> cursors = new ArrayList<>();
  private final Set<String> known = new HashSet<>();
  private volatile boolean caughtUp = true;
  private volatile boolean finishing;
  private volatile boolean closed;
  private volatile @Nullable Throwable fault;

  private StreamReader(Endpoint endpoint, Ledger ledger) {
    this.endpoint = endpoint;
    this.ledger = ledger;
    thread.setDaemon(true);
  }

  /** A shard that is being read. Confined to the reading. */
  private static final class Cursor {

    private final String shardId;
    private final HashKey first;
    private final HashKey last;
    private @Nullable String iterator;

    Cursor(String shardId, HashKeyRange range, String iterator) {
      this.shardId = shardId;
      this.first = HashKey.parse(range.startingHashKey());
      this.last = HashKey.parse(range.endingHashKey());
      this.iterator = iterator;
    }
  }

  /**
   * Finds the end of every shard: what is put from now on will be read.
   *
   * @throws DemoException if the stream cannot be read
   */
  static StreamReader open(Endpoint endpoint, Ledger ledger) {
    StreamReader reader = new StreamReader(endpoint, ledger);
    try {
      reader.findEnds();
    } catch (RuntimeException e) {
      throw Troubles.of(e, endpoint.name());
    }
    reader.thread.start();
    return reader;
  }

  private void findEnds() {
    for (Shard shard : shards()) {
      known.add(shard.shardId());
      if (shard.sequenceNumberRange().endingSequenceNumber() == null) {
        Cursor cursor = follow(shard.shardId(), shard.hashKeyRange(), ShardIteratorType.LATEST);
        // When LATEST is decided is the service's affair; after one read it is.
        cursor.iterator = read(cursor).nextShardIterator();
      }
    }
  }

  private List<Shard> shards() {
    List<Shard> shards = new ArrayList<>();
    ListShardsResponse page = client().listShards(r -> r.streamName(endpoint.stream())).join();
    shards.addAll(page.shards());
    while (page.nextToken() != null) {
      String token = page.nextToken();
      page = client().listShards(r -> r.nextToken(token)).join();
      shards.addAll(page.shards());
    }
    return shards;
  }

  private Cursor follow(String shardId, HashKeyRange range, ShardIteratorType from) {
    String iterator =
        client()
            .getShardIterator(
                r -> r.streamName(endpoint.stream()).shardId(shardId).shardIteratorType(from))
            .join()
            .shardIterator();
    Cursor cursor = new Cursor(shardId, range, iterator);
    cursors.add(cursor);
    return cursor;
  }

  private KinesisAsyncClient client() {
    return endpoint.client();
  }

  private GetRecordsResponse read(Cursor cursor) {
    return client().getRecords(r -> r.shardIterator(cursor.iterator).limit(MAX_RECORDS)).join();
  }

  private void run() {
    try {
      int idleRounds = 0;
      while (!closed) {
        boolean last = finishing;
        caughtUp = !readRound();
        idleRounds = caughtUp && last ? idleRounds + 1 : 0;
        if (idleRounds > PATIENCE_ROUNDS || (idleRounds > 0 && ledger.allRead())) {
          return;
        }
        LockSupport.parkNanos(endpoint.readPause().toNanos());
      }
    } catch (RuntimeException | Error e) {
      fault = e;
    }
  }

  /** Reads each shard once; answers whether there was, or may be, anything. */
  private boolean readRound() {
    boolean found = false;
    for (Cursor cursor : List.copyOf(cursors)) {
      GetRecordsResponse response = read(cursor);
      long behindMillis = response.millisBehindLatest() == null ? 0 : response.millisBehindLatest();
      found |= !response.records().isEmpty() || behindMillis > 0;
      response.records().forEach(record -> check(cursor, record));
      if (!response.records().isEmpty()) {
        int last = response.records().size() - 1;
        endpoint.consumed(cursor.shardId, response.records().get(last).sequenceNumber());
      }
      cursor.iterator = response.nextShardIterator();
      if (cursor.iterator == null) {
        cursors.remove(cursor);
        response.childShards().forEach(this::followChild);
        found = true;
      }
    }
    return found;
  }

  private void followChild(ChildShard child) {
    // The child of a merge is named by both of its parents.
    if (known.add(child.shardId())) {
      follow(child.shardId(), child.hashKeyRange(), ShardIteratorType.TRIM_HORIZON);
    }
  }

  private void check(Cursor cursor, Record kinesisRecord) {
    ByteBuffer data = ByteBuffer.wrap(kinesisRecord.data().asByteArrayUnsafe());
    List<AggregatedRecord> records =
        AggregateDecoder.deaggregate(kinesisRecord.partitionKey(), data, cursor.first, cursor.last);
    if (records.isEmpty()) {
      ledger.dropped(AggregateDecoder.decode(data).map(List::size).orElse(0));
    }
    for (AggregatedRecord record : records) {
      ByteBuffer bytes = record.data();
      long hash = LineHash.of(record.partitionKey(), bytes);
      ledger.read(
          hash,
          bytes.remaining(),
          LineHash.placed(
              hash, cursor.shardId, kinesisRecord.sequenceNumber(), record.subSequenceNumber()));
    }
  }

  /**
   * Whether so much is unread that no more should be sent: the embedded endpoint keeps it in
   * memory. What does not come is not waited for.
   */
  boolean farBehind() {
    return !caughtUp && !failed() && ledger.unreadBytes() > MAX_UNREAD_BYTES;
  }

  /** Whether reading has come to an end before it should. */
  boolean failed() {
    return fault != null;
  }

  /**
   * Reads until everything acknowledged so far is read and nothing more comes, or nothing has come
   * for five seconds.
   *
   * @throws DemoException if reading failed
   */
  void finish() throws InterruptedException {
    finishing = true;
    thread.join();
    if (fault != null) {
      throw Troubles.of(fault, "reading back from " + endpoint.name());
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
