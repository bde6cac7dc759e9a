// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import static java.util.Objects.requireNonNull;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerBuilder;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.metrics.MicrometerEvents;
import io.kpl4j.testkit.KinesisTestServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * A record of 100 bytes from {@code put} to its result, on 8 shards, with nothing behind the
 * sender. One thread puts. The compiler is busy for half a minute, and its time counts.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 15, time = 2)
@Measurement(iterations = 10, time = 2)
public class PutPath {

  /** So many records are put between two flushes. */
  static final int RECORDS = 100_000;

  private static final String STREAM = "clicks";
  private static final int KEYS = 1_000;
  private static final int DATA_BYTES = 100;

  /** Who is told of what happens. */
  public enum Metrics {
    /** Nobody: {@code MetricsLevel=none}. */
    NONE,
    /** CloudWatch, all metrics, shard by shard; an endpoint in this process takes the uploads. */
    CLOUDWATCH,
    /** A Micrometer registry, shard by shard, as well. */
    CLOUDWATCH_AND_MICROMETER
  }

  /** Who is told of what happens. */
  @Param({"NONE", "CLOUDWATCH", "CLOUDWATCH_AND_MICROMETER"})
  public Metrics metrics = Metrics.NONE;

  /**
   * How long a record waits for company; if long, a busy machine fills aggregates as a fast one.
   */
  @Param("100")
  public long lingerMillis = 100;

  private final String[] keys =
      IntStream.range(0, KEYS).mapToObj(i -> "user-" + i).toArray(String[]::new);

  private final byte[] data = new byte[DATA_BYTES];
  private @Nullable KinesisTestServer cloudWatch;
  private @Nullable KinesisProducer producer;

  /** Creates what JMH sets up. */
  public PutPath() {}

  /** Builds the producer, and waits until it knows the shards. */
  @Setup
  public void start() {
    KinesisTestServer endpoint = KinesisTestServer.start();
    cloudWatch = endpoint;
    KinesisProducerBuilder builder =
        KinesisProducer.builder()
            .config(
                KinesisProducerConfig.builder()
                    .region("us-east-1")
                    .cloudwatchEndpoint(endpoint.endpoint().toString())
                    .metricsLevel(
                        metrics == Metrics.NONE ? MetricsLevel.NONE : MetricsLevel.DETAILED)
                    .metricsGranularity(MetricsGranularity.SHARD)
                    .recordMaxBufferedTime(Duration.ofMillis(lingerMillis))
                    .metricsUploadDelay(Duration.ofSeconds(10))
                    // Shards without limits.
                    .adaptiveRateLimit(false)
                    .rateLimit(1_000_000)
                    .build())
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
            .kinesisClient(new NullKinesis());
    if (metrics == Metrics.CLOUDWATCH_AND_MICROMETER) {
      builder.events(new MicrometerEvents(new SimpleMeterRegistry(), MetricsGranularity.SHARD));
    }
    KinesisProducer built = builder.build();
    built.warmUp(STREAM).join();
    producer = built;
  }

  /** Closes it all. */
  @TearDown
  public void stop() {
    requireNonNull(producer).close();
    requireNonNull(cloudWatch).close();
  }

  /** Puts, and waits for the results. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public void put() {
    KinesisProducer puts = requireNonNull(producer);
    for (int i = 0; i < RECORDS; i++) {
      var unused = puts.put(STREAM, keys[i % KEYS], data);
    }
    puts.flush().join();
  }
}
