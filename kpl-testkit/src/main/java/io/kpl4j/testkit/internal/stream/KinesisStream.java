// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stream: its shards, open and closed, and what they hold. Thread-safe: one lock, its own. */
public final class KinesisStream {

  /** The least record limit, and the default. */
  public static final int DEFAULT_MAX_RECORD_BYTES = 1 << 20;

  /** The greatest record limit that a stream can be given. */
  public static final int LARGEST_MAX_RECORD_BYTES = 10 << 20;

  private static final int MAX_READ_BYTES = 10 << 20;
  private static final String THROTTLED = "ProvisionedThroughputExceededException";

  private final String name;
  private final StreamSettings settings;
  private final Instant createdAt;
  private final boolean onDemand;
  private volatile int maxRecordBytes = DEFAULT_MAX_RECORD_BYTES;
  private volatile boolean spreadsRecords;

  @GuardedBy("this")
  private final Map<String, Shard> shards = new LinkedHashMap<>();

  @GuardedBy("this")
  private final OpenShards open = new OpenShards();

  @GuardedBy("this")
  private long lastNumber;

  @GuardedBy("this")
  private long userRecords;

  KinesisStream(String name, int shardCount, boolean onDemand, StreamSettings settings) {
    this.name = name;
    this.settings = settings;
    this.onDemand = onDemand;
    this.createdAt = settings.clock().instant();
    for (HashRange range : HashRange.uniform(shardCount)) {
      openShard(range, List.of(), createdAt);
    }
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its ARN. */
  public String arn() {
    return StreamRegistry.ARN_PREFIX + name;
  }

  /** When it was created. */
  public Instant createdAt() {
    return createdAt;
  }

  /** Whether it was created in on-demand mode, which changes nothing but what is said of it. */
  public boolean onDemand() {
    return onDemand;
  }

  /** Whether the stream spreads records over its shards itself, whatever their keys. */
  public boolean spreadsRecords() {
    return spreadsRecords;
  }

  /** Sets whether the stream spreads records itself; then they need no partition key. */
  public void spreadsRecords(boolean spreads) {
    spreadsRecords = spreads;
  }

  /** The most bytes of data and key that a record may have. */
  public int maxRecordBytes() {
    return maxRecordBytes;
  }

  /** Sets the record limit, 1 MiB to 10 MiB. */
  public void maxRecordBytes(int bytes) {
    if (bytes < DEFAULT_MAX_RECORD_BYTES || bytes > LARGEST_MAX_RECORD_BYTES) {
      throw Refusal.validation("the record limit must be within 1 MiB and 10 MiB, not " + bytes);
    }
    maxRecordBytes = bytes;
  }

  /**
   * Stores the entries that nothing speaks against and marks the others. Sizes and hash keys are
   * checked before the first is stored: such a call is refused whole.
   *
   * @param receipt says later whether the client was told
   */
  public void put(List<PutEntry> entries, Receipt receipt) {
    MessageDigest md5 = md5();
    for (PutEntry entry : entries) {
      checkSize(entry);
      entry.hashKey(hashKey(entry, md5));
    }
    Instant now = settings.clock().instant();
    synchronized (this) {
      for (PutEntry entry : entries) {
        if (entry.errorCode() == null) {
          putOne(entry, now, receipt);
        }
      }
    }
  }

  private void checkSize(PutEntry entry) {
    if (entry.costBytes() > maxRecordBytes) {
      throw Refusal.invalidArgument(
          "Record of "
              + entry.costBytes()
              + " bytes with its key exceeds the limit of "
              + maxRecordBytes
              + " bytes of stream "
              + name);
    }
  }

  private HashKey hashKey(PutEntry entry, MessageDigest md5) {
    String explicit = entry.explicitHashKey();
    if (explicit == null) {
      return hashKey(entry.partitionKey(), md5);
    }
    HashKey key = HashKey.parse(explicit);
    if (key == null) {
      throw Refusal.invalidArgument(
          "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. "
              + "Specified value was "
              + explicit);
    }
    return key;
  }

  private HashKey hashKey(@Nullable String partitionKey, MessageDigest md5) {
    if (partitionKey != null) {
      return HashKey.ofPartitionKey(partitionKey, md5);
    }
    if (!spreadsRecords) {
      throw Refusal.validation(
          "Value null at 'partitionKey' failed to satisfy constraint: Member must not be null");
    }
    return HashKey.MIN;
  }

  @GuardedBy("this")
  private Shard shardFor(PutEntry entry) {
    if (spreadsRecords) {
      return open.at((int) (lastNumber % open.count()));
    }
    HashKey key = entry.hashKey();
    if (key == null) {
      throw new IllegalStateException("an entry without a hash key");
    }
    return open.holding(key);
  }

  @GuardedBy("this")
  private void putOne(PutEntry entry, Instant now, Receipt receipt) {
    Shard shard = shardFor(entry);
    if (settings.throttling()
        && !shard.budget().tryTake(entry.costBytes(), StreamClock.nanos(now))) {
      entry.refuse(THROTTLED, rateExceeded(shard));
      return;
    }
    shard.store(entry, ++lastNumber, now, receipt);
    userRecords += entry.userRecords();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }

  /** All shards, closed ones too, in order of their ids. */
  public synchronized List<ShardView> shards() {
    return shards.values().stream().map(Shard::view).toList();
  }

  /** How many user records it took, those in aggregates too. */
  public synchronized long userRecords() {
    return userRecords;
  }

  /** All records of a shard. */
  public synchronized List<LogEntry> records(String shardId) {
    return List.copyOf(shard(shardId).log());
  }

  /** Forgets the records of a shard up to and with a sequence number. */
  public synchronized void trim(String shardId, String sequenceNumber) {
    shard(shardId).trim(numberOf(shardId, sequenceNumber) + 1);
  }

  /** Reads on from a number, 10 MiB at the most. */
  public synchronized ReadBatch read(String shardId, long fromNumber, int limit) {
    if (!settings.keepRecords()) {
      throw Refusal.invalidArgument("This endpoint counts records and keeps none to read");
    }
    Shard shard = shard(shardId);
    List<LogEntry> log = shard.log();
    int start = shard.indexOf(fromNumber);
    int end = start;
    long bytes = 0;
    while (end < log.size() && end - start < limit) {
      int next = log.get(end).data().length;
      if (bytes + next > MAX_READ_BYTES && end > start) {
        break;
      }
      bytes += next;
      end++;
    }
    checkReadRate(shard, bytes);
    List<LogEntry> records = List.copyOf(log.subList(start, end));
    if (end < log.size()) {
      long behind = settings.clock().millis() - log.get(end).arrival().toEpochMilli();
      return new ReadBatch(records, log.get(end).number(), Math.max(1, behind), List.of());
    }
    if (shard.isOpen()) {
      return new ReadBatch(records, lastNumber + 1, 0, List.of());
    }
    return new ReadBatch(records, ReadBatch.SHARD_END, 0, childrenOf(shardId));
  }

  @GuardedBy("this")
  private void checkReadRate(Shard shard, long bytes) {
    long nowNanos = StreamClock.nanos(settings.clock().instant());
    if (settings.readThrottling() && !shard.readBudget().tryTake(bytes, nowNanos)) {
      throw new Refusal(400, THROTTLED, rateExceeded(shard));
    }
  }

  private String rateExceeded(Shard shard) {
    return "Rate exceeded for shard " + shard.id() + " in stream " + name + accountSuffix();
  }

  /** The number of the first record at or after this moment. */
  public synchronized long numberAt(String shardId, Instant moment) {
    for (LogEntry entry : shard(shardId).log()) {
      if (!entry.arrival().isBefore(moment)) {
        return entry.number();
      }
    }
    return lastNumber + 1;
  }

  /** The number that a sequence number of this shard stands for. */
  public synchronized long numberOf(String shardId, String sequenceNumber) {
    Long number = shard(shardId).sequenceNumbers().parse(sequenceNumber);
    if (number == null) {
      throw Refusal.invalidArgument(
          "StartingSequenceNumber "
              + sequenceNumber
              + " used in GetShardIterator on shard "
              + shardId
              + " in stream "
              + name
              + accountSuffix()
              + " is invalid.");
    }
    return number;
  }

  /** The number before a shard's first record. */
  public synchronized long firstNumber(String shardId) {
    return shard(shardId).startNumber();
  }

  /** The number after the newest record's. */
  public synchronized long nextNumber() {
    return lastNumber + 1;
  }

  /** Splits a shard in two; answers the ids of the children. */
  public synchronized List<String> split(String shardId, HashKey newStart) {
    Shard parent = openShard(shardId);
    HashRange range = parent.range();
    if (newStart.compareTo(range.start()) <= 0 || newStart.compareTo(range.end()) > 0) {
      throw Refusal.invalidArgument(
          "NewStartingHashKey "
              + newStart
              + " used in SplitShard() on shard "
              + shardId
              + " in stream "
              + name
              + accountSuffix()
              + " is not greater than the shard's StartingHashKey "
              + range.start()
              + " and at most its EndingHashKey "
              + range.end()
              + ".");
    }
    Instant now = settings.clock().instant();
    closeShard(parent, now);
    List<String> parents = List.of(shardId);
    return List.of(
        openShard(new HashRange(range.start(), newStart.previous()), parents, now),
        openShard(new HashRange(newStart, range.end()), parents, now));
  }

  /** Merges two shards whose ranges touch; answers the id of the child. */
  public synchronized String merge(String shardId, String adjacentId) {
    Shard one = openShard(shardId);
    Shard other = openShard(adjacentId);
    boolean ascending = one.range().precedes(other.range());
    if (!ascending && !other.range().precedes(one.range())) {
      throw Refusal.invalidArgument(
          "Shards "
              + shardId
              + " and "
              + adjacentId
              + " in stream "
              + name
              + accountSuffix()
              + " are not an adjacent pair of shards eligible for merging");
    }
    Instant now = settings.clock().instant();
    closeShard(one, now);
    closeShard(other, now);
    HashKey start = ascending ? one.range().start() : other.range().start();
    HashKey end = ascending ? other.range().end() : one.range().end();
    return openShard(new HashRange(start, end), List.of(shardId, adjacentId), now);
  }

  /** Splits and merges until the open shards are {@code target} ranges of the same width. */
  public synchronized void updateShardCount(int target) {
    int current = open.count();
    if (target < 1 || target > 2 * current || 2 * target < current) {
      throw Refusal.limitExceeded(
          "UpdateShardCount cannot go from " + current + " to " + target + " open shards at once");
    }
    for (HashRange wanted : HashRange.uniform(target)) {
      cutAt(wanted.start());
    }
    for (HashRange wanted : HashRange.uniform(target)) {
      Shard joined = open.holding(wanted.start());
      while (!joined.range().equals(wanted)) {
        Shard next = open.holding(joined.range().end().next());
        joined = openShard(merge(joined.id(), next.id()));
      }
    }
  }

  @GuardedBy("this")
  private void cutAt(HashKey start) {
    Shard holder = open.holding(start);
    if (!holder.range().start().equals(start)) {
      split(holder.id(), start);
    }
  }

  /** How many shards are open. */
  public synchronized int openShardCount() {
    return open.count();
  }

  @GuardedBy("this")
  private List<ShardView> childrenOf(String shardId) {
    return shards.values().stream()
        .filter(child -> child.parents().contains(shardId))
        .map(Shard::view)
        .toList();
  }

  @GuardedBy("this")
  private Shard shard(String shardId) {
    Shard shard = shards.get(shardId);
    if (shard == null) {
      throw Refusal.notFound(
          "Shard " + shardId + " in stream " + name + accountSuffix() + " does not exist");
    }
    return shard;
  }

  @GuardedBy("this")
  private Shard openShard(String shardId) {
    Shard shard = shard(shardId);
    if (!shard.isOpen()) {
      throw Refusal.inUse("Shard " + shardId + " in stream " + name + " is not open");
    }
    return shard;
  }

  private synchronized String openShard(HashRange range, List<String> parents, Instant now) {
    Shard shard =
        new Shard(shards.size(), range, parents, new Shard.Birth(createdAt, ++lastNumber, now));
    shards.put(shard.id(), shard);
    open.add(shard);
    return shard.id();
  }

  @GuardedBy("this")
  private void closeShard(Shard shard, Instant now) {
    shard.close(++lastNumber, now);
    open.remove(shard);
  }

  private static String accountSuffix() {
    return " under account " + StreamRegistry.ACCOUNT;
  }
}
