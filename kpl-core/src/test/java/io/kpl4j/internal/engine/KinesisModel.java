// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.KinesisRecord;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.engine.Weather.CallFault;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Entry;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import io.kpl4j.internal.send.PutRecordsReply.Rejected;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardRange;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Kinesis as pipelines see it: streams of shards with ranges and limits, calls that take time and
 * fail, reshards, listings, and consumers with the KCL's range filter. Each producer has a {@link
 * ModelClient}. Confined to the simulation.
 */
final class KinesisModel {

  private static final double SHARD_RECORDS = 1_000;
  private static final double SHARD_BYTES = 1 << 20;
  private static final BigInteger RING = BigInteger.ONE.shiftLeft(128);

  /** A record as it lies on a shard. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Stored(String partitionKey, byte[] data, String sequenceNumber) {}

  /** A shard; closed after a reshard. */
  static final class Shard {
    final String id;
    final BigInteger start;
    final BigInteger end;
    final List<Stored> stored = new ArrayList<>();
    boolean open = true;
    long acceptedBytes;
    long acceptedRecords;
    private double records = SHARD_RECORDS;
    private double bytes = SHARD_BYTES;
    private long lastNanos;

    Shard(String id, BigInteger start, BigInteger end, long nowNanos) {
      this.id = id;
      this.start = start;
      this.end = end;
      this.lastNanos = nowNanos;
    }

    private boolean take(int sizeBytes, long nowNanos) {
      double seconds = (nowNanos - lastNanos) / (double) SECOND;
      lastNanos = nowNanos;
      records = Math.min(SHARD_RECORDS, records + seconds * SHARD_RECORDS);
      bytes = Math.min(SHARD_BYTES, bytes + seconds * SHARD_BYTES);
      // A record of nearly a second's rate must be able to pass.
      if (records < 1 || bytes < Math.min(sizeBytes, SHARD_BYTES - 1)) {
        return false;
      }
      records--;
      bytes -= sizeBytes;
      return true;
    }

    ShardRange range() {
      return new ShardRange(id, key(start), key(end), open);
    }
  }

  /** A user record as a consumer behind the range filter sees it. */
  record Seen(
      String shardId, String sequenceNumber, int subSequenceNumber, AggregatedRecord record) {}

  private final VirtualTime time;
  private final SplittableRandom random;
  private final Map<String, List<Shard>> streams = new LinkedHashMap<>();
  private long lastSequence = 49_000_000_000L;
  private long lastPut;
  Weather weather = new Weather();

  /** Whether what is stored is kept for consumers: a long run has no memory for it. */
  boolean remembering = true;

  Runnable afterListing = () -> {};
  int calls;
  int entries;
  int listings;
  int listingsUnderWay;
  @Nullable RuntimeException sendThrows;
  @Nullable Error sendThrowsError;
  @Nullable RuntimeException listThrows;

  KinesisModel(VirtualTime time, SplittableRandom random) {
    this.time = time;
    this.random = random;
  }

  void create(String stream, int shards) {
    List<Shard> made = new ArrayList<>();
    for (int i = 0; i < shards; i++) {
      BigInteger start = RING.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(shards));
      BigInteger end =
          RING.multiply(BigInteger.valueOf(i + 1L))
              .divide(BigInteger.valueOf(shards))
              .subtract(BigInteger.ONE);
      made.add(new Shard(shardId(i), start, end, time.nowNanos()));
    }
    streams.put(stream, made);
  }

  private static String shardId(int number) {
    return "shardId-%012d".formatted(number);
  }

  private static HashKey key(BigInteger number) {
    return HashKey.parse(number.toString());
  }

  List<Shard> shards(String stream) {
    return requireNonNull(streams.get(stream), stream);
  }

  List<Shard> openShards(String stream) {
    return shards(stream).stream().filter(shard -> shard.open).toList();
  }

  /** A number for one more record, whichever producer puts it. */
  long nextPut() {
    return ++lastPut;
  }

  // --- reshards ---

  void splitAny(String stream) {
    List<Shard> open = openShards(stream);
    split(stream, open.get(random.nextInt(open.size())));
  }

  void split(String stream, Shard parent) {
    BigInteger middle = parent.start.add(parent.end).shiftRight(1);
    if (middle.equals(parent.end)) {
      return;
    }
    parent.open = false;
    add(stream, parent.start, middle);
    add(stream, middle.add(BigInteger.ONE), parent.end);
  }

  void mergeAny(String stream) {
    List<Shard> open =
        openShards(stream).stream().sorted((a, b) -> a.start.compareTo(b.start)).toList();
    if (open.size() > 1) {
      int at = random.nextInt(open.size() - 1);
      open.get(at).open = false;
      open.get(at + 1).open = false;
      add(stream, open.get(at).start, open.get(at + 1).end);
    }
  }

  private void add(String stream, BigInteger start, BigInteger end) {
    List<Shard> all = shards(stream);
    all.add(new Shard(shardId(all.size()), start, end, time.nowNanos()));
  }

  // --- PutRecords ---

  void send(ModelClient client, PutRecordsBatch batch, Consumer<PutRecordsReply> onReply) {
    if (sendThrows != null) {
      throw sendThrows;
    }
    if (sendThrowsError != null) {
      throw sendThrowsError;
    }
    calls++;
    entries += batch.records().size();
    client.sends(batch, time.nowNanos());
    Call call = new Call(client, batch, onReply);
    client.began(call, batch, time.nowNanos());
    long half =
        (weather.latencyNanos
                + random.nextLong(weather.jitterNanos + 1)
                + weather.nanosPerByte * batch.sizeBytes())
            / 2;
    if (2 * half > client.requestTimeoutNanos() && weather.nanosPerByte > 0) {
      call.reply(
          client.requestTimeoutNanos(), new Failed(Origin.TIME_LIMIT, "TooSlow", "too slow", 0));
    } else {
      time.after(half, () -> call.arrive(half));
    }
    time.at(call.overdueNanos, call::end);
  }

  /** One call under way. */
  final class Call {
    private final ModelClient client;
    private final PutRecordsBatch batch;
    private final Consumer<PutRecordsReply> onReply;
    private final long overdueNanos;
    private boolean over;

    Call(ModelClient client, PutRecordsBatch batch, Consumer<PutRecordsReply> onReply) {
      this.client = client;
      this.batch = batch;
      this.onReply = onReply;
      this.overdueNanos = time.nowNanos() + client.patienceNanos();
    }

    boolean endIfOverdue(long nowNanos) {
      if (overdueNanos <= nowNanos) {
        end();
      }
      return over;
    }

    void end() {
      if (!over) {
        over = true;
        client.ended(batch, time.nowNanos());
      }
    }

    private void reply(long delayNanos, PutRecordsReply reply) {
      time.after(
          delayNanos,
          () -> {
            end();
            onReply.accept(reply);
          });
    }

    void arrive(long halfNanos) {
      batch.records().forEach(KinesisRecord::data);
      if (weather.dead) {
        reply(halfNanos, new Failed(Origin.CLIENT, "ConnectException", "refused", 0));
      } else if (weather.credentialsWrong) {
        reply(halfNanos, service("ExpiredTokenException", 400));
      } else if (weather.missing) {
        reply(halfNanos, service("ResourceNotFoundException", 400));
      } else if (weather.denied) {
        reply(halfNanos, service("AccessDeniedException", 400));
      } else if (weather.poison && batch.records().stream().anyMatch(KinesisModel::poisoned)) {
        reply(halfNanos, service("ValidationException", 400));
      } else if (random.nextDouble() < weather.callFaults) {
        fault(weather.faults.get(random.nextInt(weather.faults.size())), halfNanos);
      } else {
        reply(halfNanos, new Answered(store(batch)));
      }
    }

    private void fault(CallFault fault, long halfNanos) {
      switch (fault) {
        case HTTP_500 -> reply(halfNanos, service("InternalFailure", 500));
        case CALL_THROTTLED ->
            reply(halfNanos, service("ProvisionedThroughputExceededException", 400));
        case NETWORK -> reply(halfNanos, new Failed(Origin.CLIENT, "IOException", "reset", 0));
        case LOST_REPLY -> {
          store(batch);
          reply(halfNanos, new Failed(Origin.CLIENT, "IOException", "reset by peer", 0));
        }
        case WRONG_COUNT -> {
          List<Entry> wrong = new ArrayList<>(store(batch));
          if (random.nextBoolean()) {
            wrong.remove(wrong.size() - 1);
          } else {
            wrong.add(wrong.get(0));
          }
          reply(halfNanos, new Answered(wrong));
        }
        case NO_ANSWER -> store(batch);
        case OUT_OF_MEMORY ->
            reply(halfNanos, new Failed(Origin.OUT_OF_MEMORY, "OutOfMemoryError", "heap", 0));
        case LATE_ANSWER ->
            reply(client.patienceNanos() + random.nextLong(SECOND), new Answered(store(batch)));
      }
    }

    private static Failed service(String code, int status) {
      return new Failed(Origin.SERVICE, code, "said the model", status);
    }
  }

  private static boolean poisoned(KinesisRecord record) {
    return record.contents().stream()
        .anyMatch(user -> new String(user.partitionKey(), UTF_8).startsWith("poison"));
  }

  private List<Entry> store(PutRecordsBatch batch) {
    List<Entry> answers = new ArrayList<>();
    for (KinesisRecord record : batch.records()) {
      answers.add(store(batch.streamName(), record));
    }
    return answers;
  }

  private Entry store(String stream, KinesisRecord record) {
    Shard shard = route(stream, record);
    boolean throttled =
        random.nextDouble() < weather.throttledEntries
            || weather.throttledShards.contains(shard.id)
            || !shard.take(record.sizeBytes(), time.nowNanos());
    if (throttled) {
      return new Rejected(
          "ProvisionedThroughputExceededException", "Rate exceeded for " + shard.id);
    }
    if (random.nextDouble() < weather.failedEntries) {
      return new Rejected("InternalFailure", "Internal service failure.");
    }
    String sequence = Long.toString(++lastSequence);
    shard.acceptedBytes += record.sizeBytes();
    shard.acceptedRecords++;
    if (remembering) {
      shard.stored.add(new Stored(record.partitionKey(), record.data().clone(), sequence));
    }
    String named = weather.shardNamed;
    return new Accepted(named == null ? shard.id : named, sequence);
  }

  private Shard route(String stream, KinesisRecord record) {
    String explicit = record.explicitHashKey();
    BigInteger key =
        new BigInteger(
            explicit == null
                ? HashKey.ofPartitionKey(record.partitionKey()).toDecimal()
                : explicit);
    for (Shard shard : shards(stream)) {
      if (shard.open && shard.start.compareTo(key) <= 0 && key.compareTo(shard.end) <= 0) {
        return shard;
      }
    }
    throw new AssertionError("no open shard for " + key);
  }

  // --- ListShards ---

  void list(String streamName, boolean openOnly, Consumer<ShardListing> onReply) {
    if (listThrows != null) {
      throw listThrows;
    }
    listings++;
    if (weather.listSilent) {
      return;
    }
    listingsUnderWay++;
    long half = weather.listNanos / 2 + random.nextLong(MILLI);
    time.after(
        half,
        () -> {
          ShardListing reply = listing(streamName, openOnly);
          afterListing.run();
          time.after(
              half,
              () -> {
                listingsUnderWay--;
                onReply.accept(reply);
              });
        });
  }

  private ShardListing listing(String stream, boolean openOnly) {
    if (weather.missing) {
      return new ShardListing.Failed("ResourceNotFoundException", "no such stream");
    }
    if (weather.listDenied) {
      return new ShardListing.Failed("AccessDeniedException", "kinesis:ListShards is missing");
    }
    if (weather.dead || random.nextDouble() < weather.listFailures) {
      return new ShardListing.Failed("LimitExceededException", "too many calls");
    }
    List<ShardRange> listed = new ArrayList<>();
    for (Shard shard : shards(stream)) {
      if (shard.open || !openOnly) {
        listed.add(shard.range());
      }
    }
    if (random.nextDouble() < weather.listHoles) {
      listed.remove(random.nextInt(listed.size()));
    }
    return new ShardListing.Listed(listed, !openOnly);
  }

  // --- consumers ---

  /**
   * What consumers see behind the KCL's range filter, in the order of shards and sequence numbers.
   */
  List<Seen> consume(String stream) {
    List<Seen> seen = new ArrayList<>();
    for (Shard shard : shards(stream)) {
      for (Stored stored : shard.stored) {
        for (AggregatedRecord record :
            AggregateDecoder.deaggregate(
                stored.partitionKey,
                ByteBuffer.wrap(stored.data),
                key(shard.start),
                key(shard.end))) {
          seen.add(new Seen(shard.id, stored.sequenceNumber, record.subSequenceNumber(), record));
        }
      }
    }
    return seen;
  }
}
