// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.aggregation.HashKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a consumer with the KCL is given of a stream, as it was when it was asked for, and checks of
 * it. Immutable.
 *
 * <p>The checks throw {@link AssertionError}, and answer this object where they pass. They compare
 * by an identity, which is what a test tells its records apart by: an id in the data, or the whole
 * of it as {@link StoredUserRecord#text}.
 *
 * <pre>{@code
 * server.userRecords("clicks")
 *     .assertNothingLost(sent, StoredUserRecord::text)
 *     .assertNothingTwice(StoredUserRecord::text)
 *     .assertNothingDropped();
 * }</pre>
 */
public final class UserRecords {

  private static final int MAX_SHOWN = 10;

  private final String stream;
  private final List<StoredUserRecord> delivered;
  private final List<StoredUserRecord> dropped;

  private UserRecords(
      String stream, List<StoredUserRecord> delivered, List<StoredUserRecord> dropped) {
    this.stream = stream;
    this.delivered = List.copyOf(delivered);
    this.dropped = List.copyOf(dropped);
  }

  /** Takes the records of a stream apart. */
  static UserRecords of(
      String stream, Collection<ShardDescription> shards, Collection<StoredRecord> records) {
    Map<String, ShardDescription> byId = new TreeMap<>();
    shards.forEach(shard -> byId.put(shard.shardId(), shard));
    List<StoredUserRecord> delivered = new ArrayList<>();
    List<StoredUserRecord> dropped = new ArrayList<>();
    for (StoredRecord record : records) {
      ShardDescription shard = byId.get(record.shardId());
      if (shard == null) {
        throw new IllegalStateException("a record of an unknown shard: " + record);
      }
      ByteBuffer data = ByteBuffer.wrap(record.data());
      List<AggregatedRecord> given =
          AggregateDecoder.deaggregate(
              record.partitionKey(),
              data,
              HashKey.parse(shard.startingHashKey().toString()),
              HashKey.parse(shard.endingHashKey().toString()));
      given.forEach(each -> delivered.add(new StoredUserRecord(record, each)));
      if (given.isEmpty()) {
        AggregateDecoder.deaggregate(record.partitionKey(), data)
            .forEach(each -> dropped.add(new StoredUserRecord(record, each)));
      }
    }
    return new UserRecords(stream, delivered, dropped);
  }

  /** {@return all that is given to a consumer, in order of arrival} */
  public List<StoredUserRecord> all() {
    return delivered;
  }

  /**
   * {@return those with this partition key, in order of arrival}
   *
   * @param partitionKey the user records' own partition key
   */
  public List<StoredUserRecord> withKey(String partitionKey) {
    return delivered.stream().filter(record -> record.partitionKey().equals(partitionKey)).toList();
  }

  /**
   * {@return those that no consumer is given, because they lie in an aggregate on a shard that is
   * not theirs} After a reshard that is no loss if they were sent again.
   */
  public List<StoredUserRecord> dropped() {
    return dropped;
  }

  /**
   * Fails if there is anything that consumers drop.
   *
   * @return this
   */
  public UserRecords assertNothingDropped() {
    if (!dropped.isEmpty()) {
      throw failure(dropped.size() + " are where consumers drop them", dropped);
    }
    return this;
  }

  /**
   * Fails if one that was sent is not there.
   *
   * @param sent the identities of what was sent
   * @param identity tells a record's identity
   * @param <T> the identity's type
   * @return this
   */
  public <T> UserRecords assertNothingLost(
      Collection<T> sent, Function<StoredUserRecord, T> identity) {
    Set<T> lost = new LinkedHashSet<>(sent);
    delivered.forEach(record -> lost.remove(identity.apply(record)));
    if (!lost.isEmpty()) {
      throw failure(lost.size() + " of " + sent.size() + " that were sent are not there", lost);
    }
    return this;
  }

  /**
   * Fails if any is there more than once.
   *
   * @param identity tells a record's identity
   * @return this
   */
  public UserRecords assertNothingTwice(Function<StoredUserRecord, ?> identity) {
    Set<Object> seen = new LinkedHashSet<>();
    List<StoredUserRecord> again =
        delivered.stream().filter(record -> !seen.add(identity.apply(record))).toList();
    if (!again.isEmpty()) {
      throw failure(again.size() + " are there again", again);
    }
    return this;
  }

  /**
   * Fails if any is there more than once although a reply has told of the first copy: a second one
   * is legal where a fault took the reply, or where the client gave the call up before it left. The
   * endpoint knows of its replies only that they left: one that leaves just as the client gives the
   * call up counts as told, so give the client time, as a {@code RequestTimeout}, that the machine
   * and the delays of the test cannot use up.
   *
   * @param identity tells a record's identity
   * @return this
   */
  public UserRecords assertAcknowledgedOnce(Function<StoredUserRecord, ?> identity) {
    Set<Object> acknowledged = new LinkedHashSet<>();
    List<StoredUserRecord> again = new ArrayList<>();
    for (StoredUserRecord record : delivered) {
      Object id = identity.apply(record);
      if (acknowledged.contains(id)) {
        again.add(record);
      } else if (record.acknowledged()) {
        acknowledged.add(id);
      }
    }
    if (!again.isEmpty()) {
      throw failure(again.size() + " are there again after a reply that told of them", again);
    }
    return this;
  }

  /**
   * Fails if the first copies of a key's records are not just these, in this order.
   *
   * @param partitionKey the user records' own partition key
   * @param sent the identities of what was sent with it, in their order
   * @param identity tells a record's identity
   * @param <T> the identity's type
   * @return this
   */
  public <T> UserRecords assertInOrder(
      String partitionKey, List<T> sent, Function<StoredUserRecord, T> identity) {
    List<T> stored = withKey(partitionKey).stream().map(identity).distinct().toList();
    int place = 0;
    while (place < Math.min(stored.size(), sent.size())
        && stored.get(place).equals(sent.get(place))) {
      place++;
    }
    if (place < Math.max(stored.size(), sent.size())) {
      throw failure(
          "those of key "
              + partitionKey
              + " are not as they were sent: from place "
              + place
              + " on they should be "
              + shown(sent.subList(place, sent.size()))
              + " and are",
          stored.subList(place, stored.size()));
    }
    return this;
  }

  private AssertionError failure(String what, Collection<?> which) {
    return new AssertionError(
        "Of the user records of " + stream + " " + what + ": " + shown(which));
  }

  private static String shown(Collection<?> all) {
    String some = all.stream().limit(MAX_SHOWN).toList().toString();
    return all.size() > MAX_SHOWN ? some + " and " + (all.size() - MAX_SHOWN) + " more" : some;
  }

  @Override
  public String toString() {
    return "UserRecords[" + stream + ", " + delivered.size() + ", dropped " + dropped.size() + "]";
  }
}
