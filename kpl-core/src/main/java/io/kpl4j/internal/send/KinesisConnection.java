// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.Objects.requireNonNull;

import io.kpl4j.KinesisProducerConfig;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/**
 * The client that calls are made with, and what each request must say so that it is sent once and
 * answered in time. Thread-safe.
 *
 * <p>A client of ours says so itself. A client of the user keeps its own settings for the user's
 * own calls, so each of our requests carries the difference.
 */
public final class KinesisConnection implements AutoCloseable {

  /**
   * How many listings and descriptions may be under way at once: a client of ours has connections
   * for them beside those for calls with records.
   */
  public static final int CONTROL_CALLS = 4;

  private final KinesisAsyncClient client;
  private final @Nullable AwsRequestOverrideConfiguration override;
  private final @Nullable OwnClient own;
  private final Function<String, StreamAddress> addresses;

  private KinesisConnection(
      KinesisAsyncClient client,
      @Nullable AwsRequestOverrideConfiguration override,
      @Nullable OwnClient own,
      Function<String, StreamAddress> addresses) {
    this.client = client;
    this.override = override;
    this.own = own;
    this.addresses = addresses;
  }

  /**
   * Builds a client of our own. Opens no connection yet.
   *
   * @param config region, endpoint, connections, time limits and certificates
   * @param credentials whose, or null for the SDK's default chain; never closed here
   * @param ioThreads makes the daemon threads that serve the connections and watch the time limits
   * @return to be closed by the caller
   * @throws IllegalArgumentException if no region can be found or the certificates cannot be read
   */
  public static KinesisConnection open(
      KinesisProducerConfig config,
      @Nullable AwsCredentialsProvider credentials,
      ThreadFactory ioThreads) {
    OwnClient own = OwnClient.open(config, credentials, ioThreads);
    return new KinesisConnection(own.client(), null, own, StreamAddress::of);
  }

  /**
   * Uses a client of the user, without retries and with our time limit.
   *
   * @param client the user's; never closed here
   * @param requestTimeout how long one request may take
   * @return closing it does nothing
   */
  public static KinesisConnection over(KinesisAsyncClient client, Duration requestTimeout) {
    AwsRequestOverrideConfiguration override =
        AwsRequestOverrideConfiguration.builder()
            .addPlugin(new SingleAttemptPlugin())
            .apiCallTimeout(requestTimeout)
            .apiCallAttemptTimeout(requestTimeout)
            .build();
    return new KinesisConnection(
        requireNonNull(client, "client"), override, null, StreamAddress::of);
  }

  /**
   * The same connection for requests that name streams in another way than callers do.
   *
   * @param known from what callers call a stream to how requests name it
   */
  public KinesisConnection naming(Function<String, StreamAddress> known) {
    return new KinesisConnection(client, override, own, known);
  }

  /** Whether the client was built here, and so is closed here. */
  public boolean owned() {
    return own != null;
  }

  /** How requests name the stream that callers call so. */
  StreamAddress address(String streamName) {
    return addresses.apply(streamName);
  }

  KinesisAsyncClient client() {
    return client;
  }

  /** What every request must carry, or null if the client says it already. */
  @Nullable AwsRequestOverrideConfiguration override() {
    return override;
  }

  /**
   * Whether a request may carry its body as we encode it; a client of the user knows nothing of it.
   */
  boolean takesBodies() {
    return own != null && own.takesBodies();
  }

  /** What a request with this body must carry. */
  AwsRequestOverrideConfiguration override(PutRecordsBody body) {
    AwsRequestOverrideConfiguration.Builder carrying =
        override == null ? AwsRequestOverrideConfiguration.builder() : override.toBuilder();
    return carrying.putExecutionAttribute(BodyInterceptor.BODY, body).build();
  }

  /**
   * Ends a client of our own with its connections and threads; calls under way fail. Idempotent.
   */
  @Override
  public void close() {
    if (own != null) {
      own.close();
    }
  }
}
