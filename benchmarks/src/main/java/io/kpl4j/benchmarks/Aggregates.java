// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.protobuf.ByteString;
import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregateEncoder;
import io.kpl4j.aggregation.AggregatedRecord;
import io.kpl4j.aggregation.ChunkPool;
import io.kpl4j.aggregation.SealedAggregate;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import software.amazon.kinesis.retrieval.kpl.Messages;

/**
 * An aggregate of 350 user records of 100 bytes, each with a key of its own: made, and read again.
 * Costs are a user record's.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class Aggregates {

  /** As many as an aggregate of 50 KiB holds. */
  static final int RECORDS = 350;

  private static final int MAX_SIZE_BYTES = 51_200;
  private static final int DATA_BYTES = 100;

  private final byte[][] keys = new byte[RECORDS][];
  private final String[] keyNames = new String[RECORDS];
  private final byte[] data = new byte[DATA_BYTES];
  private final ChunkPool pool = new ChunkPool(1 << 20);
  private @Nullable MessageDigest md5;
  private ByteBuffer aggregate = ByteBuffer.allocate(0);

  /** Creates what JMH sets up. */
  public Aggregates() {}

  /**
   * Makes keys of 32 characters, and an aggregate to read.
   *
   * @throws NoSuchAlgorithmException never
   */
  @Setup
  public void prepare() throws NoSuchAlgorithmException {
    md5 = MessageDigest.getInstance("MD5");
    for (int i = 0; i < RECORDS; i++) {
      keyNames[i] = "%032d".formatted(i);
      keys[i] = keyNames[i].getBytes(UTF_8);
    }
    aggregate = ByteBuffer.wrap(encode());
  }

  private SealedAggregate filled() {
    AggregateEncoder encoder = new AggregateEncoder(MAX_SIZE_BYTES, RECORDS, pool);
    for (byte[] key : keys) {
      if (!encoder.tryAdd(key, null, ByteBuffer.wrap(data))) {
        throw new IllegalStateException("it holds only " + encoder.count());
      }
    }
    return encoder.seal();
  }

  /** {@return how many records went into chunks; nothing joined and nothing hashed} */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public int append() {
    SealedAggregate sealed = filled();
    sealed.release();
    return sealed.count();
  }

  /** {@return the records by way of chunks in one array, with its MD5} */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public byte[] encode() {
    SealedAggregate sealed = filled();
    byte[] bytes = sealed.join();
    sealed.release();
    return bytes;
  }

  /** {@return the same message, without its MD5, by protobuf-java's builders} */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public byte[] appendByProtobuf() {
    Messages.AggregatedRecord.Builder message = Messages.AggregatedRecord.newBuilder();
    for (int i = 0; i < RECORDS; i++) {
      message.addPartitionKeyTable(keyNames[i]);
      message.addRecords(
          Messages.Record.newBuilder().setPartitionKeyIndex(i).setData(ByteString.copyFrom(data)));
    }
    return message.build().toByteArray();
  }

  /** {@return nothing but its MD5} */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public byte[] bareMd5() {
    return requireNonNull(md5).digest(aggregate.array());
  }

  /** {@return the records, as a consumer reads them} */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public List<AggregatedRecord> decode() {
    return AggregateDecoder.decode(aggregate).orElseThrow();
  }
}
