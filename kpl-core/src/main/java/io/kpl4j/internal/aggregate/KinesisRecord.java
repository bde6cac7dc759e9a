// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.aggregation.SealedAggregate;
import io.kpl4j.internal.deadline.DeadlineHeap;
import io.kpl4j.internal.record.FlushMark;
import io.kpl4j.internal.record.LedgerFault;
import io.kpl4j.internal.record.PendingRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record as Kinesis sees it: an aggregate of user records, or a single one. What it says is
 * immutable once it is sealed; what becomes of it belongs to the loop. Only {@link #data}, {@link
 * #partitionKey} and {@link #explicitHashKey} may be called by other threads.
 */
public final class KinesisRecord {

  /** The outer partition key of an aggregate, as the KPL has it; consumers do not read it. */
  private static final String AGGREGATE_KEY = "a";

  /**
   * The order of sealing: a record that returns goes back to its place, pieces to that of their
   * whole.
   */
  public static final Comparator<KinesisRecord> SEALING_ORDER =
      Comparator.comparing((KinesisRecord record) -> record.place);

  private final Place place;
  private final Span span;
  private final PendingRecord[] members;
  private final Totals totals;
  private final byte @Nullable [] loneKey;
  private final byte @Nullable [] loneHashKey;
  private final int sizeBytes;
  private final AttemptHistory history;

  @GuardedBy("this")
  private @Nullable SealedAggregate parts;

  @GuardedBy("this")
  private byte @Nullable [] bytes;

  /** Where a sealed record is. Every record is in exactly one place until its last verdict. */
  public enum Holder {
    /** In the queue of a lane, or in half a call that was refused as a whole. */
    SEALED,
    /** From the cut of its batch to the judged reply. */
    IN_FLIGHT,
    /** Stored, but not yet known whether where consumers see it; or to be packed by a newer map. */
    AWAITING_RANGE,
    /** All its user records have their verdict, or were packed into others. */
    DONE
  }

  // Owned by the loop:
  private Holder holder = Holder.SEALED;
  private @Nullable String sentTo;
  private long sentByMapNanos;
  private final DeadlineHeap.Handle<KinesisRecord> age = new DeadlineHeap.Handle<>(this);
  private final boolean[] gone;
  private int live;
  private long oldestAdmittedNanos;
  private boolean oldestKnown = true;
  private List<FlushMark> marks = List.of();
  private boolean urgent;
  private long cohort;
  private boolean owedAttempt;
  private long owedSinceNanos;

  private KinesisRecord(
      Place place,
      Span span,
      PendingRecord[] members,
      Totals totals,
      Content content,
      AttemptHistory history) {
    this.place = place;
    this.span = span;
    this.members = members;
    this.totals = totals;
    this.oldestAdmittedNanos = totals.oldestAdmittedNanos;
    this.parts = content.parts;
    this.bytes = content.bytes;
    this.loneKey = content.loneKey;
    this.loneHashKey = content.loneHashKey;
    this.sizeBytes = content.dataBytes + (content.loneKey == null ? 1 : content.loneKey.length);
    this.history = history;
    this.gone = new boolean[members.length];
    this.live = members.length;
  }

  /**
   * What all its user records have together, counted as they come: to ask each of them again, from
   * another thread, costs more than the rest of the loop's work.
   *
   * @param dataBytes their data, without keys
   * @param permitBytes what their permits weigh
   * @param oldestAdmittedNanos when the first of them was admitted
   */
  record Totals(long dataBytes, long permitBytes, long oldestAdmittedNanos) {
    static Totals of(PendingRecord only) {
      return new Totals(only.dataBytes(), only.permitBytes(), only.admittedNanos());
    }
  }

  /** The least, greatest and first hash key of the user records in it. */
  record Span(HashKey least, HashKey greatest, HashKey first) {
    static Span of(HashKey only) {
      return new Span(only, only, only);
    }

    Span with(long high, long low) {
      if (HashKey.compare(high, low, least.high(), least.low()) < 0) {
        return new Span(HashKey.of(high, low), greatest, first);
      }
      return HashKey.compare(high, low, greatest.high(), greatest.low()) > 0
          ? new Span(least, HashKey.of(high, low), first)
          : this;
    }
  }

  /**
   * Where a record stands in the order of sealing.
   *
   * @param generation how many maps there were before that by which it was put
   * @param sequence counted by the stream
   * @param index grows with the place of a piece in the record that was sealed
   * @param tie another one for each piece, as those for different shards may have one index
   */
  public record Place(long generation, long sequence, long index, long tie)
      implements Comparable<Place> {

    private static final Comparator<Place> ORDER =
        Comparator.comparingLong(Place::generation)
            .thenComparingLong(Place::sequence)
            .thenComparingLong(Place::index)
            .thenComparingLong(Place::tie);

    @Override
    public int compareTo(Place other) {
      return ORDER.compare(this, other);
    }

    /** The place of a piece whose first user record is at that index of this one. */
    Place ofPiece(int at, long unique) {
      return new Place(generation, sequence, index + at, unique);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // an internal carrier; never compared
  private record Content(
      @Nullable SealedAggregate parts,
      byte @Nullable [] bytes,
      byte @Nullable [] loneKey,
      byte @Nullable [] loneHashKey,
      int dataBytes) {}

  /** A record from what a buffer sealed. */
  static KinesisRecord sealed(
      Place place,
      Span span,
      PendingRecord[] members,
      Totals totals,
      SealedAggregate parts,
      AttemptHistory history) {
    boolean lone = members.length == 1;
    Content content =
        new Content(
            parts,
            null,
            lone ? parts.lonePartitionKeyUtf8() : null,
            lone ? parts.loneExplicitHashKeyAscii() : null,
            parts.sizeBytes());
    return new KinesisRecord(place, span, members, totals, content, history);
  }

  /**
   * A single record that was never in a buffer.
   *
   * @param user with bytes of its own
   */
  static KinesisRecord alone(
      Place place, PendingRecord member, UserContent user, AttemptHistory history) {
    byte[] data = user.ownData();
    Content content =
        new Content(null, data, user.partitionKey(), user.explicitHashKey(), data.length);
    return new KinesisRecord(
        place,
        Span.of(user.hashKey()),
        new PendingRecord[] {member},
        Totals.of(member),
        content,
        history);
  }

  /**
   * The bytes to send; joined and hashed on the first call, which is the sender's. Thread-safe.
   *
   * @return the whole array is the data; nobody may change it
   * @throws IllegalStateException if its records were packed anew meanwhile: the sender is so late
   *     that its call was given up, and nobody waits for the answer
   */
  public synchronized byte[] data() {
    byte[] joined = bytes;
    if (joined == null) {
      if (parts == null) {
        throw new IllegalStateException("packed anew since the call was given up");
      }
      joined = parts.join();
      parts.release();
      parts = null;
      bytes = joined;
    }
    return joined;
  }

  /** The partition key to send, or null for a single record without one. Thread-safe. */
  public @Nullable String partitionKey() {
    if (loneKey == null) {
      return AGGREGATE_KEY;
    }
    return loneKey.length == 0 ? null : new String(loneKey, UTF_8);
  }

  /**
   * The explicit hash key to send, in decimal: always set for an aggregate, inside its shard; for a
   * single record only if its user gave one. Thread-safe.
   */
  public @Nullable String explicitHashKey() {
    if (loneKey == null) {
      return span.first.toString();
    }
    return loneHashKey == null ? null : new String(loneHashKey, UTF_8);
  }

  /** The user records in their order, read back from the bytes; those that are gone among them. */
  public synchronized List<UserContent> contents() {
    if (parts != null) {
      return contents(parts.records());
    }
    ByteBuffer data = ByteBuffer.wrap(requireNonNull(bytes));
    if (loneKey != null) {
      return List.of(new UserContent(loneKey, loneHashKey, data, span.first));
    }
    return contents(
        AggregateDecoder.decode(data)
            .orElseThrow(() -> new IllegalStateException("an aggregate that cannot be read back")));
  }

  private static List<UserContent> contents(List<AggregatedRecord> records) {
    List<UserContent> contents = new ArrayList<>(records.size());
    for (AggregatedRecord record : records) {
      contents.add(
          new UserContent(
              record.partitionKey().getBytes(UTF_8),
              record.explicitHashKey().map(key -> key.getBytes(UTF_8)).orElse(null),
              record.data(),
              record.hashKey()));
    }
    return contents;
  }

  /** Gives pooled memory back; the record is not read again. */
  public synchronized void discard() {
    if (parts != null) {
      parts.release();
      parts = null;
    }
  }

  /** Where it is. */
  public Holder holder() {
    return holder;
  }

  /** Moves it; nothing leaves {@link Holder#DONE}. */
  public void moveTo(Holder next) {
    if (holder == Holder.DONE) {
      throw new LedgerFault("a Kinesis record after its last verdict");
    }
    holder = next;
  }

  /** Notes where it is sent, and by which map. */
  public void sentTo(@Nullable String shardId, long mapFromNanos) {
    sentTo = shardId;
    sentByMapNanos = mapFromNanos;
  }

  /** The shard that it was last sent to, or null if none was known. */
  public @Nullable String sentTo() {
    return sentTo;
  }

  /** When the listing began by whose map it was last sent. */
  public long sentByMapNanos() {
    return sentByMapNanos;
  }

  /** Whether it is a single user record, sent without an envelope. */
  public boolean raw() {
    return members.length == 1;
  }

  /** Data and partition key in bytes: what it costs of a call and of the shard's tokens. */
  public int sizeBytes() {
    return sizeBytes;
  }

  /** The least hash key in it. */
  public HashKey leastHashKey() {
    return span.least;
  }

  /** The greatest hash key in it. */
  public HashKey greatestHashKey() {
    return span.greatest;
  }

  /** The hash key that it is routed by. */
  public HashKey routingHashKey() {
    return span.first;
  }

  /** What was tried with it. */
  public AttemptHistory history() {
    return history;
  }

  /** How many user records were sealed in it. */
  public int count() {
    return members.length;
  }

  /** How many user records in it have no verdict yet. */
  public int live() {
    return live;
  }

  /** Whether the user record at this place has no verdict yet. */
  public boolean isLive(int index) {
    return !gone[index];
  }

  /** Bytes of data that its user records have, without keys. */
  public long userDataBytes() {
    return totals.dataBytes;
  }

  /** What the permits of the user records at these places weigh, which differ. */
  public long permitBytes(int[] places) {
    if (places.length == members.length) {
      return totals.permitBytes;
    }
    long bytes = 0;
    for (int index : places) {
      bytes += members[index].permitBytes();
    }
    return bytes;
  }

  /** All its user records, those that are gone among them; nobody may change the array. */
  public PendingRecord[] members() {
    return members;
  }

  /** The user record at this place. */
  public PendingRecord member(int index) {
    return members[index];
  }

  /** Notes a verdict on one user record. */
  public void settle(int index) {
    if (gone[index]) {
      throw new LedgerFault("a second verdict on one record");
    }
    gone[index] = true;
    live--;
    oldestKnown = false;
  }

  /** Notes a verdict on all that have none. */
  public void settleAll() {
    Arrays.fill(gone, true);
    live = 0;
    oldestKnown = false;
  }

  /** When the oldest user record without a verdict was admitted. */
  public long oldestAdmittedNanos() {
    if (!oldestKnown) {
      oldestAdmittedNanos = oldest();
      oldestKnown = true;
    }
    return oldestAdmittedNanos;
  }

  /** Its handle in the stream's heap of ages. */
  public DeadlineHeap.Handle<KinesisRecord> age() {
    return age;
  }

  /** The flushes that wait for it. */
  public List<FlushMark> marks() {
    return marks;
  }

  /** A flush waits for it: it is due now. */
  public void mark(FlushMark mark) {
    if (!mark.coveredBy(marks)) {
      mark.hold();
      adopt(List.of(mark));
    }
  }

  /** Takes over marks whose holds are counted, or will be before anything else is done. */
  void adopt(List<FlushMark> held) {
    if (!held.isEmpty()) {
      List<FlushMark> all = new ArrayList<>(marks);
      all.addAll(held);
      marks = all;
      urgent = true;
    }
  }

  /** Which part of a refused call it is sent again with, and with nothing else; 0 if it is free. */
  public long cohort() {
    return cohort;
  }

  /** Puts it into a part of a refused call; 0 sets it free. */
  public void cohort(long number) {
    cohort = number;
  }

  /** Whether it was never tried and should be before it expires: the process was suspended. */
  public boolean owedAttempt() {
    return owedAttempt && history.count() == 0;
  }

  /** From now on it should be tried once before it expires; since when, the first one says. */
  public void oweAttempt(long sinceNanos) {
    if (!owedAttempt) {
      owedAttempt = true;
      owedSinceNanos = sinceNanos;
    }
  }

  /** When the process went on; only of a record that is owed an attempt. */
  public long owedSinceNanos() {
    return owedSinceNanos;
  }

  /** Is treated as the record that it is a piece of. */
  void inherit(KinesisRecord whole) {
    cohort = whole.cohort;
    owedAttempt = whole.owedAttempt;
    owedSinceNanos = whole.owedSinceNanos;
  }

  /** Whether it is due whatever its deadline: flushed, or sent before. */
  public boolean urgent() {
    return urgent || history.count() > 0;
  }

  /** Where it stands in the order of sealing. */
  public Place place() {
    return place;
  }

  private long oldest() {
    long oldest = NEVER;
    for (int i = 0; i < members.length; i++) {
      if (!gone[i]) {
        oldest = Math.min(oldest, members[i].admittedNanos());
      }
    }
    return oldest;
  }
}
