// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * The AWS SDK with the least around it: every 500 records of a stream are a PutRecords call.
 * Thread-safe.
 */
final class SdkTarget implements Target {

  private static final int RECORDS_PER_CALL = 500;
  private static final int MAX_CALLS = 16;

  private final KinesisAsyncClient client;
  private final Semaphore calls = new Semaphore(MAX_CALLS);
  private final Map<String, Batch> batches = new ConcurrentHashMap<>();

  private SdkTarget(KinesisAsyncClient client) {
    this.client = client;
  }

  static SdkTarget create(URI endpoint) {
    return new SdkTarget(client(endpoint));
  }

  /** On HTTP/1.1, which is faster than its default. */
  static KinesisAsyncClient client(URI endpoint) {
    return KinesisAsyncClient.builder()
        .region(Region.US_EAST_1)
        .endpointOverride(endpoint)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
        .httpClient(
            NettyNioAsyncHttpClient.builder()
                .protocol(Protocol.HTTP1_1)
                .connectionMaxIdleTime(Duration.ofSeconds(60))
                .buildWithDefaults(
                    AttributeMap.builder()
                        .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                        .build()))
        .build();
  }

  @Override
  public void put(String stream, String key, byte[] data, Ack ack) {
    batches.computeIfAbsent(stream, Batch::new).add(key, data, ack);
  }

  @Override
  public void flush() {
    batches.values().forEach(Batch::send);
  }

  @Override
  public void close() {
    client.close();
  }

  /** The records of a stream that wait for the next call. Thread-safe. */
  private final class Batch {

    private final String stream;
    private List<PutRecordsRequestEntry> entries = new ArrayList<>(RECORDS_PER_CALL);
    private List<Ack> acks = new ArrayList<>(RECORDS_PER_CALL);

    Batch(String stream) {
      this.stream = stream;
    }

    synchronized void add(String key, byte[] data, Ack ack) {
      entries.add(
          PutRecordsRequestEntry.builder()
              .partitionKey(key)
              .data(SdkBytes.fromByteArrayUnsafe(data))
              .build());
      acks.add(ack);
      if (entries.size() == RECORDS_PER_CALL) {
        send();
      }
    }

    synchronized void send() {
      if (entries.isEmpty()) {
        return;
      }
      List<PutRecordsRequestEntry> records = entries;
      List<Ack> told = acks;
      entries = new ArrayList<>(RECORDS_PER_CALL);
      acks = new ArrayList<>(RECORDS_PER_CALL);
      calls.acquireUninterruptibly();
      var unused =
          client
              .putRecords(request -> request.streamName(stream).records(records))
              .whenComplete((reply, failure) -> tell(told, reply, failure));
    }

    private void tell(
        List<Ack> told, @Nullable PutRecordsResponse reply, @Nullable Throwable failure) {
      calls.release();
      Throwable wrong = failure;
      if (reply != null && reply.failedRecordCount() != null && reply.failedRecordCount() > 0) {
        wrong = new IllegalStateException(reply.failedRecordCount() + " entries were refused");
      }
      for (Ack ack : told) {
        ack.accept(null, wrong);
      }
    }
  }
}
