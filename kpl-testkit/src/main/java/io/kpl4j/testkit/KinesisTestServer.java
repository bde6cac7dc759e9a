// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.internal.fault.Delay;
import io.kpl4j.testkit.internal.fault.FaultSource;
import io.kpl4j.testkit.internal.http.CallServer;
import io.kpl4j.testkit.internal.http.Certificate;
import io.kpl4j.testkit.internal.http.Listener;
import io.kpl4j.testkit.internal.operation.MetricLog;
import io.kpl4j.testkit.internal.operation.Services;
import io.kpl4j.testkit.internal.stream.HashKey;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.stream.StreamSettings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.math.BigInteger;
import java.net.URI;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * An endpoint on 127.0.0.1 that speaks as Kinesis and, for PutMetricData, ListMetrics and
 * GetMetricStatistics, as CloudWatch. Thread-safe.
 *
 * <p>It serves HTTP/1.1 and HTTP/2, plain (HTTP/2 by prior knowledge) or TLS (by ALPN), in AWS JSON
 * 1.1 and AWS CBOR 1.1, for CloudWatch in Smithy RPC v2 CBOR, AWS JSON and AWS Query. Signatures
 * must be there and are not verified. Streams are active, and reshards are done, as soon as the
 * call is answered. Everything happens in this process and in memory; records are kept until their
 * stream is deleted or {@link #trim} forgets them.
 *
 * <pre>{@code
 * try (KinesisTestServer server = KinesisTestServer.builder().stream("clicks", 4).start()) {
 *   // point a client at server.endpoint()
 * }
 * }</pre>
 */
public final class KinesisTestServer implements AutoCloseable {

  private static final long LATENCY_SEED = 1;

  private final StreamRegistry streams;
  private final MetricLog metrics = new MetricLog();
  private final Services services;
  private final FaultScript faults;
  private final @Nullable Certificate certificate;
  private final Listener listener;

  private KinesisTestServer(Builder builder) {
    boolean keepRecords = builder.storage == Storage.FULL;
    this.streams =
        new StreamRegistry(
            new StreamSettings(
                keepRecords, builder.throttling, builder.readThrottling, builder.clock));
    this.faults = new FaultScript(builder.clock);
    this.certificate = builder.tls ? Certificate.ofThisJvm() : null;
    builder.streams.forEach(this::createStream);
    this.services = new Services(streams, metrics);
    services.deny(builder.denied.toArray(new String[0]));
    this.listener =
        new Listener(
            builder.port,
            builder.threads,
            tls(certificate),
            new CallServer(services, faults::next, latency(builder)));
  }

  private static Delay latency(Builder builder) {
    return Delay.between(
        builder.leastLatency, builder.mostLatency, new SplittableRandom(LATENCY_SEED));
  }

  private static @Nullable SslContext tls(@Nullable Certificate certificate) {
    if (certificate == null) {
      return null;
    }
    try {
      return SslContextBuilder.forServer(certificate.privateKey(), certificate.certificate())
          .applicationProtocolConfig(
              new ApplicationProtocolConfig(
                  Protocol.ALPN,
                  SelectorFailureBehavior.NO_ADVERTISE,
                  SelectedListenerFailureBehavior.ACCEPT,
                  ApplicationProtocolNames.HTTP_2,
                  ApplicationProtocolNames.HTTP_1_1))
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("cannot set up TLS", e);
    }
  }

  /**
   * Begins the settings of a server.
   *
   * @return a builder that begins with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Starts a plain server on a free port, without throttling, that keeps all records.
   *
   * @return the running server
   */
  public static KinesisTestServer start() {
    return builder().start();
  }

  /** {@return where clients go, for Kinesis and CloudWatch both} */
  public URI endpoint() {
    return URI.create((certificate == null ? "http" : "https") + "://127.0.0.1:" + port());
  }

  /** {@return the port, the same over suspension} */
  public int port() {
    return listener.port();
  }

  /**
   * {@return the self-signed certificate, for localhost and 127.0.0.1; one for all servers of a
   * JVM}
   *
   * @throws IllegalStateException if this server is plain
   */
  public X509Certificate certificate() {
    if (certificate == null) {
      throw new IllegalStateException("this server is plain: build it with tls(true)");
    }
    return certificate.certificate();
  }

  /**
   * {@return the same as a PEM file has it}
   *
   * @throws IllegalStateException if this server is plain
   */
  public String certificatePem() {
    try {
      String base64 = Base64.getMimeEncoder().encodeToString(certificate().getEncoded());
      return "-----BEGIN CERTIFICATE-----\n"
          + base64.replace("\r", "")
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Closes the port and every connection and keeps the streams; calls under way get no answer, and
   * may or may not have been stored. Nothing happens if it is suspended.
   */
  public void suspend() {
    listener.suspend();
  }

  /** Opens the same port again. Nothing happens if it is open. */
  public void resume() {
    listener.resume();
  }

  /** Closes the port and every connection, ends the threads, and stays readable. */
  @Override
  public void close() {
    listener.close();
  }

  /** {@return what is to go wrong} */
  public FaultScript faults() {
    return faults;
  }

  /**
   * Refuses operations from now on, as for a caller who lacks the permission.
   *
   * @param operations their names, such as {@code PutRecords}
   */
  public void deny(String... operations) {
    services.deny(operations);
  }

  /**
   * Takes {@link #deny} back.
   *
   * @param operations the names of operations; those that were not denied stay allowed
   */
  public void allow(String... operations) {
    services.allow(operations);
  }

  /**
   * Creates a stream.
   *
   * @param name its name
   * @param shards how many shards, of the same width
   */
  public void createStream(String name, int shards) {
    streams.create(name, shards, false);
  }

  /**
   * Deletes a stream with its records.
   *
   * @param name its name
   */
  public void deleteStream(String name) {
    streams.delete(name);
  }

  /**
   * {@return the ARN of a stream}
   *
   * @param stream its name
   */
  public String streamArn(String stream) {
    return streams.get(stream).arn();
  }

  /**
   * Sets how large a record may be, with its partition key.
   *
   * @param stream the stream
   * @param bytes 1 MiB, the default, to 10 MiB
   */
  public void updateMaxRecordSize(String stream, int bytes) {
    streams.get(stream).maxRecordBytes(bytes);
  }

  /**
   * Sets whether a stream spreads its records itself, whatever their keys: the record distribution
   * strategy AUTO. Then records need no partition key. The default is that keys decide.
   *
   * @param stream the stream
   * @param spreads whether it does
   */
  public void updateRecordSpreading(String stream, boolean spreads) {
    streams.get(stream).spreadsRecords(spreads);
  }

  /**
   * Splits a shard.
   *
   * @param stream the stream
   * @param shardId an open shard
   * @param newStartingHashKey where the upper child begins
   * @return the ids of the children, the lower first
   */
  public List<String> splitShard(String stream, String shardId, BigInteger newStartingHashKey) {
    HashKey start = HashKey.parse(newStartingHashKey.toString());
    if (start == null) {
      throw new IllegalArgumentException("not a hash key: " + newStartingHashKey);
    }
    return streams.get(stream).split(shardId, start);
  }

  /**
   * Splits a shard in the middle of its range.
   *
   * @param stream the stream
   * @param shardId an open shard
   * @return the ids of the children, the lower first
   */
  public List<String> splitShard(String stream, String shardId) {
    ShardDescription shard =
        shards(stream).stream()
            .filter(s -> s.shardId().equals(shardId))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no shard " + shardId));
    BigInteger middle = shard.startingHashKey().add(shard.endingHashKey()).shiftRight(1);
    return splitShard(stream, shardId, middle.add(BigInteger.ONE));
  }

  /**
   * Merges two open shards whose ranges touch.
   *
   * @param stream the stream
   * @param shardId one
   * @param adjacentShardId the other
   * @return the id of the child
   */
  public String mergeShards(String stream, String shardId, String adjacentShardId) {
    return streams.get(stream).merge(shardId, adjacentShardId);
  }

  /**
   * Splits and merges until there are this many open shards of the same width.
   *
   * @param stream the stream
   * @param targetShardCount at most twice and at least half of what is open
   */
  public void updateShardCount(String stream, int targetShardCount) {
    streams.get(stream).updateShardCount(targetShardCount);
  }

  /**
   * {@return all shards of a stream, closed ones too, in order of their ids}
   *
   * @param stream the stream
   */
  public List<ShardDescription> shards(String stream) {
    return streams.get(stream).shards().stream().map(ShardDescription::new).toList();
  }

  /**
   * {@return all records of a stream in order of arrival, with {@link Storage#FULL}}
   *
   * @param stream the stream
   */
  public List<StoredRecord> records(String stream) {
    return shards(stream).stream()
        .flatMap(shard -> records(stream, shard.shardId()).stream())
        .sorted(Comparator.comparing(StoredRecord::number))
        .toList();
  }

  /**
   * {@return all records of a shard in order of arrival, with {@link Storage#FULL}}
   *
   * @param stream the stream
   * @param shardId the shard, open or closed
   */
  public List<StoredRecord> records(String stream, String shardId) {
    return streams.get(stream).records(shardId).stream()
        .map(entry -> new StoredRecord(shardId, entry))
        .toList();
  }

  /**
   * Takes a stream apart into the user records that a consumer with the KCL is given, whether they
   * came alone or in aggregates.
   *
   * @param stream the stream
   * @return the user records, and checks of them
   * @throws IllegalStateException if this server does not keep records
   */
  public UserRecords userRecords(String stream) {
    if (!streams.settings().keepRecords()) {
      throw new IllegalStateException("this server only counts: build it with Storage.FULL");
    }
    // The records first: a shard that came later holds none of them.
    List<StoredRecord> records = records(stream);
    return UserRecords.of(stream, shards(stream), records);
  }

  /**
   * Forgets the oldest records of a shard, as the service does after the retention period, so that
   * a long run that reads as it writes needs no more memory than a short one. Counts stay.
   *
   * @param stream the stream
   * @param shardId the shard, open or closed
   * @param sequenceNumber the last record to forget
   */
  public void trim(String stream, String shardId, String sequenceNumber) {
    streams.get(stream).trim(shardId, sequenceNumber);
  }

  /**
   * {@return how many records a stream has taken, whether kept or not}
   *
   * @param stream the stream
   */
  public long recordCount(String stream) {
    return shards(stream).stream().mapToLong(ShardDescription::recordCount).sum();
  }

  /**
   * {@return how many user records a stream has taken, whether kept or not} An aggregate counts as
   * what it holds by the outline of its message; its digest is not looked at.
   *
   * @param stream the stream
   */
  public long userRecordCount(String stream) {
    return streams.get(stream).userRecords();
  }

  /**
   * {@return how many bytes of data and partition keys a stream has taken}
   *
   * @param stream the stream
   */
  public long byteCount(String stream) {
    return shards(stream).stream().mapToLong(ShardDescription::byteCount).sum();
  }

  /**
   * {@return how many calls of an operation have come, whatever became of them}
   *
   * @param operation the operation's name, such as {@code PutRecords}
   */
  public long calls(String operation) {
    return faults.calls(operation);
  }

  /**
   * {@return how many entries of PutRecords calls were refused with a code, be it for a fault or
   * for throttling}
   *
   * @param errorCode the code, such as {@code ProvisionedThroughputExceededException}
   */
  public long refusedEntries(String errorCode) {
    return services.refusedEntries(errorCode);
  }

  /** {@return how many connections clients have opened, whatever became of them} */
  public long connections() {
    return faults.calls(FaultSource.CONNECTION);
  }

  /**
   * {@return how many connections are open now} One in a black hole counts until the server is
   * suspended or closed: it is not read from, so it is not seen either when the client closes it.
   */
  public int openConnections() {
    return listener.openConnections();
  }

  /** {@return all metric data that came, in order of arrival} */
  public List<MetricDatumSeen> metrics() {
    return metrics.all().stream().map(MetricDatumSeen::new).toList();
  }

  /** Forgets the metric data that came. */
  public void clearMetrics() {
    metrics.clear();
  }

  /** Settings of a server. Confined to one thread. */
  public static final class Builder {

    private final Map<String, Integer> streams = new LinkedHashMap<>();
    private boolean tls;
    private int port;
    private int threads = 1;
    private final Set<String> denied = new LinkedHashSet<>();
    private boolean throttling;
    private boolean readThrottling;
    private Storage storage = Storage.FULL;
    private Duration leastLatency = Duration.ZERO;
    private Duration mostLatency = Duration.ZERO;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /**
     * Whether to speak TLS; plain unless set.
     *
     * @param value true for TLS, with a self-signed certificate
     * @return this builder
     */
    public Builder tls(boolean value) {
      tls = value;
      return this;
    }

    /**
     * The port; 0, any free one, unless set.
     *
     * @param value the port
     * @return this builder
     */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /**
     * How many threads serve the connections; 1 unless set.
     *
     * @param value at least 1
     * @return this builder
     */
    public Builder threads(int value) {
      if (value < 1) {
        throw new IllegalArgumentException("at least 1 thread, not " + value);
      }
      threads = value;
      return this;
    }

    /**
     * Whether a shard takes no more than 1 MiB and 1,000 records a second, with a burst of one
     * second; not unless set.
     *
     * @param value true to enforce it
     * @return this builder
     */
    public Builder throttling(boolean value) {
      throttling = value;
      return this;
    }

    /**
     * Whether no more than 5 calls and 2 MiB a second may be read of a shard, with a burst of one
     * second; not unless set. A read that goes beyond passes, and later ones wait for it.
     *
     * @param value true to enforce it
     * @return this builder
     */
    public Builder readThrottling(boolean value) {
      readThrottling = value;
      return this;
    }

    /**
     * Refuses operations, as for a caller who lacks the permission; none unless set.
     *
     * @param operations their names, such as {@code PutRecords}
     * @return this builder
     */
    public Builder deny(String... operations) {
      denied.addAll(List.of(operations));
      return this;
    }

    /**
     * What is kept of records; all unless set.
     *
     * @param value what is kept
     * @return this builder
     */
    public Builder storage(Storage value) {
      storage = value;
      return this;
    }

    /**
     * How long every reply is held back after its call has taken effect; not at all unless set.
     *
     * @param value the time
     * @return this builder
     */
    public Builder latency(Duration value) {
      return latency(value, value);
    }

    /**
     * How long replies are held back, each for a time of its own between these two.
     *
     * @param least the least time
     * @param most the greatest
     * @return this builder
     */
    public Builder latency(Duration least, Duration most) {
      Delay.check(least, most);
      leastLatency = least;
      mostLatency = most;
      return this;
    }

    /**
     * The time of arrivals, of iterators and of throttling; the system's unless set.
     *
     * @param value the clock
     * @return this builder
     */
    public Builder clock(InstantSource value) {
      clock = value;
      return this;
    }

    /**
     * Creates a stream before the port opens.
     *
     * @param name its name
     * @param shards how many shards
     * @return this builder
     */
    public Builder stream(String name, int shards) {
      streams.put(name, shards);
      return this;
    }

    /**
     * Starts the server.
     *
     * @return the running server
     */
    public KinesisTestServer start() {
      return new KinesisTestServer(this);
    }
  }
}
