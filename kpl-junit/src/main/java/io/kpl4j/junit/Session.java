// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerBuilder;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.internal.transport.NettyTransport;
import io.kpl4j.testkit.KinesisTestServer;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/**
 * A server, and what tests use with it, each made when it is first asked for. Thread-safe: the
 * tests of a class may share one.
 */
final class Session implements AutoCloseable {

  /** By name, as the class is there only if the user has it. */
  private static final String CLOUD_WATCH_CLIENT =
      "software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient";

  private static final Set<Class<?>> INJECTED =
      Set.of(
          KinesisTestServer.class,
          URI.class,
          KinesisProducer.class,
          KinesisProducerBuilder.class,
          KinesisProducerConfig.class,
          AwsCredentialsProvider.class,
          KinesisAsyncClient.class);

  private static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret"));

  private static final Region REGION = Region.US_EAST_1;
  private static final NettyTransport.Size CONNECTIONS =
      new NettyTransport.Size(20, 1, Duration.ofSeconds(1));

  private final KinesisTestServer server;
  private final KinesisProducerConfig config;

  @GuardedBy("this")
  private final Map<Class<?>, Object> made = new HashMap<>();

  /** What is to be closed, the last one first. */
  @GuardedBy("this")
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  @GuardedBy("this")
  private @Nullable NettyTransport transport;

  /** What a server is like; tests that want the same may share one. */
  record Settings(KinesisServer server, List<KinesisFault> faults) {
    Settings {
      faults = List.copyOf(faults);
    }
  }

  private Session(KinesisTestServer server, KinesisProducerConfig config) {
    this.server = server;
    this.config = config;
  }

  /**
   * Starts a server.
   *
   * @throws IllegalArgumentException if the settings are not allowed
   */
  static Session start(Settings wanted) {
    KinesisServer settings = wanted.server();
    ScriptedFaults.check(wanted.faults());
    KinesisTestServer.Builder builder =
        KinesisTestServer.builder().tls(settings.tls()).throttling(settings.throttling());
    for (KinesisServer.Stream stream : settings.streams()) {
      builder.stream(stream.name(), stream.shards());
    }
    KinesisTestServer server = builder.start();
    Path certificate = null;
    try {
      ScriptedFaults.arm(wanted.faults(), server);
      certificate = settings.tls() ? certificateFile(server) : null;
      Session session = new Session(server, config(server, certificate, settings.properties()));
      session.closeLast(certificate);
      return session;
    } catch (RuntimeException | IOException fault) {
      server.close();
      delete(certificate);
      throw fault instanceof IOException io
          ? new UncheckedIOException("cannot write the server's certificate", io)
          : (RuntimeException) fault;
    }
  }

  private synchronized void closeLast(@Nullable Path certificate) {
    open.push(() -> delete(certificate));
    open.push(server);
  }

  private static Path certificateFile(KinesisTestServer server) throws IOException {
    Path file = Files.createTempFile("kpl4j-junit-", ".pem");
    file.toFile().deleteOnExit();
    return Files.writeString(file, server.certificatePem());
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      // It goes with the process.
    }
  }

  private static KinesisProducerConfig config(
      KinesisTestServer server, @Nullable Path certificate, String[] lines) {
    Properties properties = new Properties();
    properties.setProperty("Region", REGION.id());
    properties.setProperty("KinesisEndpoint", server.endpoint().toString());
    properties.setProperty("CloudwatchEndpoint", server.endpoint().toString());
    properties.setProperty("CloseTimeout", "5000");
    // A machine that is busy with other tests must not make a record late or store it twice.
    properties.setProperty("ConnectTimeout", "60000");
    properties.setProperty("RequestTimeout", "60000");
    properties.setProperty("RecordTtl", "120000");
    if (certificate != null) {
      properties.setProperty("CaCertFile", certificate.toString());
    }
    try {
      properties.load(new StringReader(String.join("\n", lines)));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return KinesisProducerConfig.fromProperties(properties);
  }

  /** Whether parameters of this type are injected. */
  static boolean injects(Class<?> type) {
    return INJECTED.contains(type) || type.getName().equals(CLOUD_WATCH_CLIENT);
  }

  /** The value of a parameter of this type, which is one that is injected. */
  synchronized Object inject(Class<?> type) {
    if (type == KinesisTestServer.class) {
      return server;
    }
    if (type == URI.class) {
      return server.endpoint();
    }
    if (type == KinesisProducerConfig.class) {
      return config;
    }
    if (type == KinesisProducerBuilder.class) {
      return builder();
    }
    if (type == AwsCredentialsProvider.class) {
      return CREDENTIALS;
    }
    Object known = made.get(type);
    if (known == null) {
      AutoCloseable created = open(type);
      open.push(created);
      made.put(type, created);
      known = created;
    }
    return known;
  }

  @GuardedBy("this")
  private AutoCloseable open(Class<?> type) {
    if (type == KinesisProducer.class) {
      return builder().build();
    }
    if (type == KinesisAsyncClient.class) {
      return KinesisAsyncClient.builder()
          .endpointOverride(server.endpoint())
          .region(REGION)
          .credentialsProvider(CREDENTIALS)
          .httpClient(transport().httpClient())
          .build();
    }
    return CloudWatchClients.open(server.endpoint(), REGION, CREDENTIALS, transport().httpClient());
  }

  private KinesisProducerBuilder builder() {
    return KinesisProducer.builder().config(config).credentialsProvider(CREDENTIALS);
  }

  @GuardedBy("this")
  private NettyTransport transport() {
    NettyTransport connections = transport;
    if (connections == null) {
      connections =
          NettyTransport.open(
              config, Optional.of(server.endpoint()), CONNECTIONS, Session::daemonThread);
      open.push(connections);
      transport = connections;
    }
    return connections;
  }

  private static Thread daemonThread(Runnable task) {
    Thread thread = new Thread(task, "kpl4j-junit-io");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public synchronized void close() {
    IllegalStateException notClosed = new IllegalStateException("not all could be closed");
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception fault) {
        notClosed.addSuppressed(fault);
      }
    }
    if (notClosed.getSuppressed().length > 0) {
      throw notClosed;
    }
  }
}
