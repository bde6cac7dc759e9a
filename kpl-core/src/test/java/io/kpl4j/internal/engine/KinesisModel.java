// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    private final long openedNanos;
    private long closedNanos = Long.MAX_VALUE;
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
      this.openedNanos = nowNanos;
      this.lastNanos = nowNanos;
    }

    private void close(long nowNanos) {
      open = false;
      closedNanos = nowNanos;
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

    ShardRange range(boolean open) {
      return new ShardRange(id, key(start), key(end), open);
    }
  }

  /** A user record as a consumer behind the range filter sees it. */
  record Seen(
      String shardId, String sequenceNumber, int subSequenceNumber, AggregatedRecord record) {}

  private final VirtualTime time;
  private final SplittableRandom random;
  private final Map<String, List<Shard>> streams = new LinkedHashMap<>();

  /** Shards of streams that were deleted; consumers had read them. */
  private final Map<String, List<Shard>> gone = new LinkedHashMap<>();

  final Faults faults = new Faults();
  private long lastSequence = 49_000_000_000L;
  private long lastPut;
  private double listTokens = 10;
  private long listTokensAtNanos;

  /** Sequence numbers of what was stored when the producer had given the call up. */
  final Set<String> storedLate = new HashSet<>();

  Weather weather = new Weather();
  final StreamMetadata metadata;

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
    this.metadata = new StreamMetadata(this, time);
  }

  long nowNanos() {
    return time.nowNanos();
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
    metadata.created(stream);
  }

  /** Deletes a stream with all its shards; one made anew begins with the same shard ids. */
  void delete(String stream) {
    List<Shard> shards = streams.remove(stream);
    if (shards != null) {
      faults.count(Faults.Kind.STREAM_MADE_ANEW);
      gone.computeIfAbsent(stream, key -> new ArrayList<>()).addAll(shards);
    }
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
    return streams.getOrDefault(stream, List.of()).stream().filter(shard -> shard.open).toList();
  }

  /** A number for one more record, whichever producer puts it. */
  long nextPut() {
    return ++lastPut;
  }

  // --- reshards ---

  void splitAny(String stream) {
    List<Shard> open = openShards(stream);
    if (!open.isEmpty()) {
      split(stream, open.get(random.nextInt(open.size())));
    }
  }

  void split(String stream, Shard parent) {
    BigInteger middle = parent.start.add(parent.end).shiftRight(1);
    if (middle.equals(parent.end)) {
      return;
    }
    faults.count(Faults.Kind.SPLIT);
    parent.close(time.nowNanos());
    add(stream, parent.start, middle);
    add(stream, middle.add(BigInteger.ONE), parent.end);
  }

  void mergeAny(String stream) {
    List<Shard> open = openInOrder(stream);
    if (open.size() > 1) {
      mergeAt(stream, random.nextInt(open.size() - 1));
    }
  }

  /** Merges the open shard at this place in the order of hash keys with the one behind it. */
  void mergeAt(String stream, int place) {
    List<Shard> open = openInOrder(stream);
    merge(stream, open.get(place), open.get(place + 1));
  }

  private void merge(String stream, Shard lower, Shard upper) {
    faults.count(Faults.Kind.MERGE);
    lower.close(time.nowNanos());
    upper.close(time.nowNanos());
    add(stream, lower.start, upper.end);
  }

  private List<Shard> openInOrder(String stream) {
    return openShards(stream).stream().sorted((a, b) -> a.start.compareTo(b.start)).toList();
  }

  /** UpdateShardCount to twice as many: the service splits one shard after the other. */
  void doubleShards(String stream, long stepNanos) {
    long delay = 0;
    for (Shard shard : openInOrder(stream)) {
      time.after(
          delay,
          () -> {
            if (openShards(stream).contains(shard)) {
              split(stream, shard);
            }
          });
      delay += stepNanos;
    }
  }

  /** UpdateShardCount to half as many: the service merges one pair after the other. */
  void halveShards(String stream, long stepNanos) {
    List<Shard> open = openInOrder(stream);
    for (int i = 0; i + 1 < open.size(); i += 2) {
      List<Shard> pair = open.subList(i, i + 2);
      time.after(
          i / 2 * stepNanos,
          () -> {
            if (openShards(stream).containsAll(pair)) {
              merge(stream, pair.get(0), pair.get(1));
            }
          });
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
    if (batch.records().isEmpty()) {
      metadata.knock(batch.streamName(), onReply);
      return;
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
    boolean tooSlow = weather.nanosPerByte > 0 && 2 * half > client.requestTimeoutNanos();
    boolean throwing = random.nextDouble() < weather.senderThrows;
    if (throwing && random.nextBoolean()) {
      call.answerAtOnce();
    } else if (tooSlow) {
      call.reply(
          client.requestTimeoutNanos(), new Failed(Origin.TIME_LIMIT, "TooSlow", "too slow", 0));
    } else {
      time.after(half, () -> call.arrive(half));
    }
    time.at(call.overdueNanos, call::end);
    if (throwing) {
      faults.count(Faults.Kind.SENDER_THREW);
      call.end();
      throw new StagedFault("thrown by the sender after it had sent");
    }
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

    PutRecordsBatch batch() {
      return batch;
    }

    boolean over() {
      return over;
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
            if (random.nextDouble() < weather.repliesTwice) {
              faults.count(Faults.Kind.REPLY_TWICE);
              time.after(random.nextLong(client.patienceNanos()), () -> onReply.accept(reply));
            }
          });
    }

    void answerAtOnce() {
      batch.records().forEach(KinesisRecord::data);
      end();
      onReply.accept(
          streams.containsKey(batch.streamName())
              ? new Answered(KinesisModel.this.store(batch))
              : service("ResourceNotFoundException", 400));
    }

    void arrive(long halfNanos) {
      try {
        batch.records().forEach(KinesisRecord::data);
      } catch (IllegalStateException packedAnew) {
        assertThat(over).as("given up before").isTrue();
        reply(0, new Failed(Origin.CLIENT, "IllegalStateException", "" + packedAnew, 0));
        return;
      }
      Failed failure = failure();
      if (failure != null) {
        reply(halfNanos, failure);
      } else if (random.nextDouble() < weather.callFaults) {
        fault(weather.faults.get(random.nextInt(weather.faults.size())), halfNanos);
      } else {
        reply(halfNanos + straggling(), weather.spoiling.apply(new Answered(store(batch))));
      }
    }

    private long straggling() {
      if (random.nextDouble() >= weather.stragglers) {
        return 0;
      }
      faults.count(Faults.Kind.STRAGGLING_REPLY);
      return random.nextLong(client.patienceNanos());
    }

    /** What keeps the service from looking at the records, or null. */
    private @Nullable Failed failure() {
      if (weather.dead) {
        faults.count(Faults.Kind.UNREACHABLE);
        return new Failed(Origin.CLIENT, "ConnectException", "refused", 0);
      }
      if (weather.credentialsWrong || client.sessionExpired(time.nowNanos())) {
        faults.count(Faults.Kind.CREDENTIALS);
        return weather.credentialsWrong || random.nextBoolean()
            ? service("ExpiredTokenException", 400)
            : new Failed(Origin.CREDENTIALS, "SdkClientException", "none to be had", 0);
      }
      if (weather.missing || !streams.containsKey(batch.streamName())) {
        faults.count(Faults.Kind.NO_SUCH_STREAM);
        return service("ResourceNotFoundException", 400);
      }
      if (weather.denied) {
        faults.count(Faults.Kind.ACCESS_DENIED);
        return service("AccessDeniedException", 400);
      }
      if (weather.poison && batch.records().stream().anyMatch(KinesisModel::poisoned)) {
        faults.count(Faults.Kind.INVALID_CALL);
        return service("ValidationException", 400);
      }
      return null;
    }

    private void fault(CallFault fault, long halfNanos) {
      faults.count(Faults.Kind.valueOf(fault.name()));
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
        case STORED_LATE ->
            time.at(
                overdueNanos + 1 + random.nextLong(2 * SECOND),
                () -> {
                  if (streams.containsKey(batch.streamName())) {
                    store(batch);
                  }
                });
        case OUT_OF_MEMORY ->
            reply(halfNanos, new Failed(Origin.OUT_OF_MEMORY, "OutOfMemoryError", "heap", 0));
        case LATE_ANSWER ->
            reply(client.patienceNanos() + random.nextLong(SECOND), new Answered(store(batch)));
      }
    }

    /** What comes when the producer waits no longer may come behind what it sent since. */
    private List<Entry> store(PutRecordsBatch batch) {
      boolean late = over || time.nowNanos() >= overdueNanos;
      List<Entry> entries = KinesisModel.this.store(batch);
      for (Entry entry : entries) {
        if (late && entry instanceof Accepted accepted) {
          storedLate.add(accepted.sequenceNumber());
        }
      }
      return entries;
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
      faults.count(Faults.Kind.THROTTLED_ENTRY);
      return new Rejected(
          "ProvisionedThroughputExceededException", "Rate exceeded for " + shard.id);
    }
    if (random.nextDouble() < weather.failedEntries) {
      faults.count(Faults.Kind.FAILED_ENTRY);
      return new Rejected("InternalFailure", "Internal service failure.");
    }
    String sequence = Long.toString(++lastSequence);
    shard.acceptedBytes += record.sizeBytes();
    shard.acceptedRecords++;
    if (remembering) {
      String partitionKey = requireNonNullElse(record.partitionKey(), "");
      shard.stored.add(new Stored(partitionKey, record.data().clone(), sequence));
    }
    String named = weather.shardNamed;
    return new Accepted(named == null ? shard.id : named, sequence);
  }

  private Shard route(String stream, KinesisRecord record) {
    if (metadata.serviceRouted.contains(stream)) {
      List<Shard> open = openShards(stream);
      return open.get(random.nextInt(open.size()));
    }
    String explicit = record.explicitHashKey();
    BigInteger key =
        new BigInteger(
            explicit == null
                ? HashKey.ofPartitionKey(requireNonNull(record.partitionKey())).toDecimal()
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
          if (reply instanceof ShardListing.Failed) {
            faults.count(Faults.Kind.LISTING_FAILED);
          }
          afterListing.run();
          time.after(
              half,
              () -> {
                listingsUnderWay--;
                onReply.accept(reply);
                if (random.nextDouble() < weather.repliesTwice) {
                  faults.count(Faults.Kind.LISTING_TWICE);
                  time.after(random.nextLong(10 * SECOND), () -> onReply.accept(reply));
                }
              });
        });
  }

  private ShardListing listing(String stream, boolean openOnly) {
    if (!listGranted()) {
      return new ShardListing.Failed("LimitExceededException", "Rate exceeded");
    }
    if (weather.missing || !streams.containsKey(stream)) {
      return new ShardListing.Failed("ResourceNotFoundException", "no such stream");
    }
    if (weather.listDenied) {
      return new ShardListing.Failed("AccessDeniedException", "kinesis:ListShards is missing");
    }
    if (weather.dead || random.nextDouble() < weather.listFailures) {
      return new ShardListing.Failed("LimitExceededException", "too many calls");
    }
    List<ShardRange> listed = listed(stream, openOnly);
    if (random.nextDouble() < weather.listHoles) {
      faults.count(Faults.Kind.LISTING_WITH_HOLE);
      listed.remove(random.nextInt(listed.size()));
    }
    return new ShardListing.Listed(listed, !openOnly);
  }

  /** The shards as they were a while ago: a listing is eventually consistent. */
  private List<ShardRange> listed(String stream, boolean openOnly) {
    List<Shard> shards = shards(stream);
    long asOf = Math.max(shards.get(0).openedNanos, time.nowNanos() - weather.listLagNanos);
    List<ShardRange> listed = new ArrayList<>();
    boolean stale = false;
    for (Shard shard : shards) {
      boolean open = asOf < shard.closedNanos;
      stale |= open != shard.open || shard.openedNanos > asOf;
      if (shard.openedNanos <= asOf && (open || !openOnly)) {
        listed.add(shard.range(open));
      }
    }
    if (stale) {
      faults.count(Faults.Kind.LISTING_STALE);
    }
    return listed;
  }

  private boolean listGranted() {
    double seconds = (time.nowNanos() - listTokensAtNanos) / (double) SECOND;
    listTokensAtNanos = time.nowNanos();
    listTokens = Math.min(10, listTokens + seconds * weather.listsPerSecond);
    if (listTokens < 1) {
      return false;
    }
    listTokens--;
    return true;
  }

  // --- consumers ---

  /**
   * What consumers see behind the KCL's range filter, in the order of shards and sequence numbers.
   */
  List<Seen> consume(String stream) {
    List<Seen> seen = new ArrayList<>();
    List<Shard> all = new ArrayList<>(gone.getOrDefault(stream, List.of()));
    all.addAll(streams.getOrDefault(stream, List.of()));
    for (Shard shard : all) {
      for (Stored stored : shard.stored) {
        for (AggregatedRecord record : visible(shard, stored)) {
          seen.add(new Seen(shard.id, stored.sequenceNumber, record.subSequenceNumber(), record));
        }
      }
    }
    return seen;
  }

  /** The user records of a stored one that consumers see: all of them, or none. */
  static List<AggregatedRecord> visible(Shard shard, Stored stored) {
    return AggregateDecoder.deaggregate(
        stored.partitionKey, ByteBuffer.wrap(stored.data), key(shard.start), key(shard.end));
  }
}
