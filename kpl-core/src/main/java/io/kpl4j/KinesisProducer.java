// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Sends user records to Kinesis streams: buffers, aggregates, batches, retries. Thread-safe; meant
 * to be shared by all threads of a process and closed once.
 *
 * <p>Every accepted record completes exactly once: normally with its shard and sequence number, or
 * exceptionally with a {@link RecordFailedException} that carries the record, the reason and the
 * attempts. A call of {@code put} waits only while the buffer is full, at most {@code
 * MaxBlockTime}; {@link AdmissionPolicy} lists what it may do instead. {@link #tryPut} never waits.
 *
 * <p>By default records have no order, not even those of one key, as Kinesis keeps none inside a
 * PutRecords call. With {@code KeyOrder} {@code skip} or {@code halt} the records of each key are
 * stored in the order in which one thread put them: among the first copies that consumers see, none
 * is before one that was put earlier. The exception is a record that was given up after a request
 * that was not answered in time: the service may store it later still. The futures of a stream then
 * complete one after the other, those of a key in the order in which they were put.
 *
 * <p>Futures complete on the completion executor: by default one daemon thread, so a callback that
 * blocks delays those behind it. What the user does to a returned future (cancel, complete, time
 * out) has no effect on the record.
 */
public interface KinesisProducer extends AutoCloseable {

  /** {@return a builder with the default configuration} */
  static KinesisProducerBuilder builder() {
    return new KinesisProducerBuilder();
  }

  /**
   * Accepts a record for sending. The data is copied before the call returns.
   *
   * @param record the record
   * @return a future of where the record was stored; fails with {@link RecordFailedException}
   * @throws IllegalArgumentException if the stream is neither named as streams are nor by an ARN,
   *     the partition key has less than 1 or more than 256 Unicode characters or is missing though
   *     the stream needs it, the explicit hash key is not a decimal from 0 to 2^128 - 1, or data
   *     and key exceed the record limit or the whole buffer
   * @throws RecordRefusedException if there was no room in the buffer, as the {@link
   *     AdmissionPolicy} says; the producer is closed; the thread was interrupted while waiting; or
   *     the record's key is halted
   */
  CompletableFuture<RecordResult> put(UserRecord record);

  /**
   * Accepts a record for sending; as {@link #put(UserRecord)}.
   *
   * @param streamName name of the stream, its ARN, or an alias for which an ARN is configured
   * @param partitionKey 1 to 256 Unicode characters
   * @param data the payload; the buffer's position is left as it is
   * @return a future of where the record was stored
   */
  default CompletableFuture<RecordResult> put(
      String streamName, String partitionKey, ByteBuffer data) {
    return put(UserRecord.of(streamName, partitionKey, data));
  }

  /**
   * Accepts a record for sending; as {@link #put(UserRecord)}.
   *
   * @param streamName name of the stream, its ARN, or an alias for which an ARN is configured
   * @param partitionKey 1 to 256 Unicode characters
   * @param data the payload
   * @return a future of where the record was stored
   */
  default CompletableFuture<RecordResult> put(String streamName, String partitionKey, byte[] data) {
    return put(UserRecord.of(streamName, partitionKey, data));
  }

  /**
   * Accepts a record if there is room for it now, whatever the {@link AdmissionPolicy}. Never
   * waits, and does not overtake records of the same stream that wait.
   *
   * @param record the record
   * @return a future as from {@link #put(UserRecord)}; empty if there is no room
   * @throws IllegalArgumentException as {@link #put(UserRecord)}
   * @throws RecordRefusedException if the producer is closed or the record's key is halted
   */
  Optional<CompletableFuture<RecordResult>> tryPut(UserRecord record);

  /**
   * Accepts a record if there is room for it now; as {@link #tryPut(UserRecord)}.
   *
   * @param streamName name of the stream
   * @param partitionKey 1 to 256 Unicode characters
   * @param data the payload; the buffer's position is left as it is
   * @return a future of where the record was stored; empty if there is no room
   */
  default Optional<CompletableFuture<RecordResult>> tryPut(
      String streamName, String partitionKey, ByteBuffer data) {
    return tryPut(UserRecord.of(streamName, partitionKey, data));
  }

  /**
   * Accepts a record if there is room for it now; as {@link #tryPut(UserRecord)}.
   *
   * @param streamName name of the stream
   * @param partitionKey 1 to 256 Unicode characters
   * @param data the payload
   * @return a future of where the record was stored; empty if there is no room
   */
  default Optional<CompletableFuture<RecordResult>> tryPut(
      String streamName, String partitionKey, byte[] data) {
    return tryPut(UserRecord.of(streamName, partitionKey, data));
  }

  /**
   * Readies streams before their first records, so that these do not wait for it: lists their
   * shards, asks for their settings, opens the connections that requests will use, and tells of
   * missing permissions. Returns at once.
   *
   * <p>Connections are opened, and {@code kinesis:PutRecords} is asked for, by PutRecords requests
   * without records, which the service refuses. Where it looks at a request's form before it looks
   * at permissions, only the first records show whether this one is missing.
   *
   * @param streamNames names, ARNs or aliases, as records are put to
   * @return a future of what was found; fails with {@link WarmUpFailedException} if records could
   *     not be put to one of the streams, and names all such streams. Lacking {@code
   *     kinesis:ListShards} or {@code kinesis:DescribeStreamSummary} is told in the report
   * @throws IllegalArgumentException if one is neither a name nor an ARN
   */
  CompletableFuture<WarmUpReport> warmUp(String... streamNames);

  /**
   * Makes everything that was put before due at once. Backoff and rate limits still hold.
   *
   * @return a future that completes normally when all those records have completed, in whatever
   *     way. Its {@code join} and {@code get}, and those of futures composed on it, throw {@link
   *     IllegalStateException} inside a completion callback of this producer, which the flush would
   *     wait for
   */
  CompletableFuture<Void> flush();

  /**
   * As {@link #flush()} for one stream; a stream that was never put to is flushed already.
   *
   * @param streamName name of the stream
   * @return a future that completes normally when all those records have completed
   */
  CompletableFuture<Void> flush(String streamName);

  /**
   * Takes records of a key again that is halted: one of its records was given up, and {@code
   * KeyOrder} is {@code halt}. When this returns, {@code put} takes them. Nothing happens if the
   * key is not halted. Beyond 10,000 halted keys a stream is halted as a whole, and only {@link
   * #resumeKeys} ends that.
   *
   * @param record a record of the stream and the key, such as {@link
   *     RecordFailedException#userRecord()}: its explicit hash key, or its partition key if it has
   *     none
   * @throws IllegalArgumentException if partition key or explicit hash key are not allowed
   */
  void resumeKey(UserRecord record);

  /**
   * As {@link #resumeKey}, for all keys of a stream.
   *
   * @param streamName name of the stream
   */
  void resumeKeys(String streamName);

  /** {@return how many records were accepted and have not completed} */
  long outstandingRecords();

  /** {@return how many bytes of the buffer are in use} */
  long outstandingBytes();

  /** {@return how many records {@link AdmissionPolicy#DROP} has dropped} */
  long droppedRecords();

  /**
   * {@return how long ago the oldest record that is still to be sent or answered was accepted; zero
   * if none}
   */
  Duration oldestRecordAge();

  /**
   * Tells how the producer is. Cheap and never waits, not even for the producer's loop: a probe may
   * ask as often as it likes.
   *
   * @return a snapshot
   */
  ProducerHealth health();

  /**
   * Returns the producer's metrics in process: what was counted and timed in the last seconds, and
   * since the start.
   *
   * @return a live view, which may be kept
   */
  ProducerMetrics metrics();

  /** As {@link #close(Duration)} with the configured {@code CloseTimeout}, 30 s by default. */
  @Override
  void close();

  /**
   * Refuses new records, sends what is buffered and waits for the answers and their callbacks; what
   * is left when the time is over fails with its payload. Then all threads and connections of the
   * producer are gone, but for one daemon thread where a callback blocks it; a client, credentials
   * provider or executor that the user passed is left open.
   *
   * <p>Idempotent: closing again waits for the same end, and the least of the times counts. An
   * interrupt ends the draining at once. From a completion callback it only starts closing and
   * returns at once.
   *
   * @param timeout how long to drain, zero or more; after it the end takes a second or two at most
   */
  void close(Duration timeout);
}
