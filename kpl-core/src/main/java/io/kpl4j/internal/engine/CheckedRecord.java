// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static java.util.Objects.requireNonNull;

import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.aggregate.UserContent;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A record that was checked: the record as its caller gave it, its bytes and hash key, its stream,
 * and what its permit weighs. A thread has one that it fills again for each put, from {@link
 * Intake#check} until it is closed; whoever keeps one, or what {@link #ofStream} made of it, takes
 * a copy.
 */
final class CheckedRecord implements AutoCloseable {

  private static final ThreadLocal<CheckedRecord> OF_THREAD =
      ThreadLocal.withInitial(CheckedRecord::new);

  private final UserContent content;
  private boolean taken;
  private @Nullable UserRecord record;
  private @Nullable StreamPipeline stream;
  private int permitBytes;

  private CheckedRecord() {
    this(new UserContent());
  }

  private CheckedRecord(UserContent content) {
    this.content = content;
  }

  CheckedRecord(UserRecord record, StreamPipeline stream, UserContent content, int permitBytes) {
    this(content);
    fill(record, stream, permitBytes);
  }

  /** The thread's, or another one if that is in use: a put may log, and a logger may put. */
  static CheckedRecord take() {
    CheckedRecord own = OF_THREAD.get();
    CheckedRecord free = own.taken ? new CheckedRecord() : own;
    free.taken = true;
    return free;
  }

  /** The put is over: it keeps neither the record nor its data, and may be filled again. */
  @Override
  public void close() {
    record = null;
    stream = null;
    content.clear();
    taken = false;
  }

  /** What the check found; the content is filled by then. */
  void fill(UserRecord filled, StreamPipeline ofStream, int permit) {
    record = filled;
    stream = ofStream;
    permitBytes = permit;
  }

  UserRecord record() {
    return requireNonNull(record);
  }

  StreamPipeline stream() {
    return requireNonNull(stream);
  }

  UserContent content() {
    return content;
  }

  int permitBytes() {
    return permitBytes;
  }

  /** The same with bytes of its own: the caller's are the caller's again when a put returns. */
  CheckedRecord copied() {
    UserContent own = content.copied();
    UserRecord put = record();
    UserRecord copy =
        put.hasPartitionKey()
            ? UserRecord.of(put.streamName(), put.partitionKey(), own.ownData())
            : UserRecord.withoutPartitionKey(put.streamName(), own.ownData());
    return new CheckedRecord(
        put.explicitHashKey().map(copy::withExplicitHashKey).orElse(copy),
        stream(),
        own,
        permitBytes);
  }

  /** The key that halts if the record is given up, or null if none does. */
  @Nullable HashKey haltingKey() {
    return stream().haltedKeys() == null ? null : content.hashKey();
  }

  /** The same of its stream as it is now: the one that was found before is retired. */
  CheckedRecord ofStream(Function<UserRecord, StreamPipeline> streams) {
    return new CheckedRecord(record(), streams.apply(record()), content, permitBytes);
  }
}
