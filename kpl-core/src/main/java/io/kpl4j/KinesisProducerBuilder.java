// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.Objects.requireNonNull;

import io.github.resilience4j.retry.RetryConfig;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ProducerEventsFactory;
import io.kpl4j.internal.engine.ProducerFactory;
import io.kpl4j.internal.engine.RetryPolicy;
import io.kpl4j.internal.send.KinesisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Builds a {@link KinesisProducer}. Not thread-safe; may be used for several producers. */
public final class KinesisProducerBuilder {

  private static final Logger LOG = LoggerFactory.getLogger(KinesisProducerBuilder.class);

  private KinesisProducerConfig config = KinesisProducerConfig.builder().build();
  private final List<ProducerEvents> events = new ArrayList<>();
  private @Nullable KinesisAsyncClient client;
  private @Nullable AwsCredentialsProvider credentials;
  private @Nullable AwsCredentialsProvider metricsCredentials;
  private @Nullable Executor completionExecutor;
  private @Nullable Consumer<? super RecordFailedException> onFailure;
  private boolean closeOnShutdown;
  private @Nullable RetryConfig retry;

  KinesisProducerBuilder() {}

  /**
   * Sets the configuration; the default is {@code KinesisProducerConfig.builder().build()}.
   *
   * @param config the configuration
   * @return this builder
   */
  public KinesisProducerBuilder config(KinesisProducerConfig config) {
    this.config = requireNonNull(config, "config");
    return this;
  }

  /**
   * Sends through a client of the caller's, which the producer does not close. Region, endpoint,
   * TLS, proxy and connections are then the client's. Its retries are switched off for the
   * producer's requests. The default is a client of the producer's own, with HTTP/1.1 over Netty.
   *
   * @param client the client
   * @return this builder
   */
  public KinesisProducerBuilder kinesisClient(KinesisAsyncClient client) {
    this.client = requireNonNull(client, "client");
    return this;
  }

  /**
   * Sets the credentials; the default is the SDK's {@link DefaultCredentialsProvider}. Not used for
   * records where a client is given.
   *
   * @param credentials the provider; not closed by the producer
   * @return this builder
   */
  public KinesisProducerBuilder credentialsProvider(AwsCredentialsProvider credentials) {
    this.credentials = requireNonNull(credentials, "credentials");
    return this;
  }

  /**
   * Sets the credentials that metrics are published with; the default is those for records.
   *
   * @param credentials the provider; not closed by the producer
   * @return this builder
   */
  public KinesisProducerBuilder metricsCredentialsProvider(AwsCredentialsProvider credentials) {
    this.metricsCredentials = requireNonNull(credentials, "credentials");
    return this;
  }

  /**
   * Sets where futures complete and callbacks run; the default is one daemon thread. While a
   * callback blocks that one for longer than a second, others (15 at most) go on in its place, so
   * that it holds up no other record. Of an executor that is set here a free thread goes on.
   *
   * @param executor the executor; not closed by the producer. One that runs tasks on the thread
   *     that submits them is replaced, with a warning
   * @return this builder
   */
  public KinesisProducerBuilder completionExecutor(Executor executor) {
    this.completionExecutor = requireNonNull(executor, "executor");
    return this;
  }

  /**
   * Adds a receiver of events, beside those that {@link ProducerEventsFactory} services make.
   *
   * @param receiver the receiver; closed with the producer
   * @return this builder
   */
  public KinesisProducerBuilder events(ProducerEvents receiver) {
    events.add(requireNonNull(receiver, "receiver"));
    return this;
  }

  /**
   * Sets what is told of every accepted record that is given up, say to keep it as a dead letter.
   * The handler is called once for each, on the completion executor, right after the record's
   * future has completed, whatever the user did to that future; {@code flush} and {@code close}
   * wait for it. The exception has the record with its payload, the reason and the attempts.
   *
   * <p>A handler that blocks holds back the results behind it, and in the end {@code put}: failures
   * that were not handled are bounded by {@code BufferMaxBytes}. What it throws is logged once a
   * minute at most and counted in {@link ProducerHealth#unhandledFailures()}, and has no other
   * effect. A record that {@code put} refuses was not accepted and is not told of here.
   *
   * @param handler the handler; thread-safe if the completion executor has several threads
   * @return this builder
   */
  public KinesisProducerBuilder onFailure(Consumer<? super RecordFailedException> handler) {
    this.onFailure = requireNonNull(handler, "handler");
    return this;
  }

  /**
   * Sets whether the producer is closed, with the configured {@code CloseTimeout}, when the Java
   * virtual machine shuts down in an orderly way, as upon {@code SIGTERM}; the default is false. A
   * producer that is closed before is forgotten by the virtual machine.
   *
   * <p>Shutdown hooks run at the same time and in no order: a service that still puts while it
   * shuts down, or whose callbacks use what another hook closes, should close the producer itself.
   *
   * @param closeOnShutdown whether to close at shutdown
   * @return this builder
   */
  public KinesisProducerBuilder closeOnShutdown(boolean closeOnShutdown) {
    this.closeOnShutdown = closeOnShutdown;
    return this;
  }

  /**
   * Sets the retry policy in place of {@code RetryBaseDelay} and {@code RetryMaxDelay}. Only its
   * interval function, as the bound of a random delay, and its number of attempts of one Kinesis
   * record are read; predicates are ignored, with a warning.
   *
   * @param retry the policy
   * @return this builder
   */
  public KinesisProducerBuilder retry(RetryConfig retry) {
    this.retry = requireNonNull(retry, "retry");
    return this;
  }

  /**
   * Builds and starts the producer. Nothing is sent before the first record.
   *
   * @return the producer, to be closed by the caller
   * @throws IllegalArgumentException if region, endpoint or CA file cannot be used
   */
  public KinesisProducer build() {
    warnOfUncheckedCertificates();
    DefaultCredentialsProvider own =
        credentials == null ? DefaultCredentialsProvider.builder().build() : null;
    AwsCredentialsProvider provider = own == null ? requireNonNull(credentials) : own;
    AwsCredentialsProvider ofMetrics = metricsCredentials == null ? provider : metricsCredentials;
    RetryPolicy policy =
        retry == null
            ? RetryPolicy.exponential(config.retryBaseDelay(), config.retryMaxDelay())
            : RetryPolicy.of(retry);
    KinesisAsyncClient users = client;
    List<ProducerEvents> receivers = new ArrayList<>(events);
    try {
      for (ProducerEventsFactory factory : ServiceLoader.load(ProducerEventsFactory.class)) {
        factory.create(config, ofMetrics).ifPresent(receivers::add);
      }
      return new ProducerFactory(config, policy, own)
          .start(
              threads ->
                  users == null
                      ? KinesisConnection.open(config, provider, threads)
                      : KinesisConnection.over(users, config.requestTimeout()),
              new ProducerFactory.Callbacks(completionExecutor, onFailure, receivers),
              closeOnShutdown);
    } catch (RuntimeException | Error fault) {
      receivers.subList(events.size(), receivers.size()).forEach(ProducerEvents::close);
      if (own != null) {
        own.close();
      }
      throw fault;
    }
  }

  private void warnOfUncheckedCertificates() {
    if (!config.verifyCertificate()) {
      LOG.warn(
          "VerifyCertificate=false: anybody on the way can pose as Kinesis or CloudWatch, and read"
              + " and change what is sent. For tests only.");
    }
  }
}
