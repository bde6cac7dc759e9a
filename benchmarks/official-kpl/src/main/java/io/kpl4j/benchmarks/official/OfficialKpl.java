// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.official;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.MoreExecutors;
import io.kpl4j.benchmarks.run.Ack;
import io.kpl4j.benchmarks.run.Target;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.kinesis.producer.KinesisProducer;
import software.amazon.kinesis.producer.KinesisProducerConfiguration;
import software.amazon.kinesis.producer.UserRecordResult;

/** The official KPL: its Java side and its daemon. Thread-safe. */
final class OfficialKpl implements Target {

  /** In percent of a shard's limits: so that the endpoint is the limit, and not its own limiter. */
  private static final int NO_RATE_LIMIT = 1_000_000;

  private final KinesisProducer producer;

  private OfficialKpl(KinesisProducer producer) {
    this.producer = producer;
  }

  static OfficialKpl create(URI endpoint, Duration linger) {
    KinesisProducerConfiguration config =
        new KinesisProducerConfiguration()
            .setRegion("us-east-1")
            .setKinesisEndpoint(endpoint.getHost())
            .setKinesisPort(endpoint.getPort())
            .setVerifyCertificate(false)
            .setMetricsLevel("none")
            .setRateLimit(NO_RATE_LIMIT)
            .setRecordMaxBufferedTime(linger.toMillis())
            .setCredentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")));
    return new OfficialKpl(new KinesisProducer(config));
  }

  @Override
  public void put(String stream, String key, byte[] data, Ack ack) {
    Futures.addCallback(
        producer.addUserRecord(stream, key, ByteBuffer.wrap(data)),
        new Told(ack),
        MoreExecutors.directExecutor());
  }

  @Override
  public void flush() {
    producer.flush();
  }

  @Override
  public void close() {
    producer.destroy();
  }

  private record Told(Ack ack) implements FutureCallback<UserRecordResult> {

    @Override
    public void onSuccess(@Nullable UserRecordResult result) {
      ack.accept(result, null);
    }

    @Override
    public void onFailure(Throwable failure) {
      ack.accept(null, failure);
    }
  }
}
