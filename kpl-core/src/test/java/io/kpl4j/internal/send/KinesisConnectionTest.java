// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import io.kpl4j.internal.send.ScriptedServer.Reply;
import io.kpl4j.internal.transport.NettyTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import software.amazon.awssdk.core.SdkSystemSetting;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

final class KinesisConnectionTest {

  /** How long Netty waits for further work unless told otherwise, as does the SDK. */
  private static final Duration QUIET_PERIOD = Duration.ofSeconds(2);

  private static final String DEFAULTS_MODE = SdkSystemSetting.AWS_DEFAULTS_MODE.property();

  @Test
  void close_afterCalls_leavesNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1))) {
      KinesisConnection connection = Connections.own(server.uri());
      assertThat(send(connection).get(30, SECONDS)).isInstanceOf(Answered.class);
      assertThat(newThreads(before)).anyMatch(name -> name.startsWith(Connections.IO_THREAD));

      connection.close();
    }
    await()
        .atMost(Duration.ofSeconds(20))
        .pollInSameThread()
        .untilAsserted(() -> assertThat(newThreads(before)).isEmpty());
  }

  /** The SDK refuses it when it builds its client, while the connections are set up elsewhere. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void open_clientCannotBeBuilt_closesTheConnections() throws Exception {
    String before = System.setProperty(DEFAULTS_MODE, "nonsense");
    try {
      refuse();
      long pollers = pollers();
      for (int i = 0; i < 10; i++) {
        refuse();
      }
      assertThat(pollers()).isEqualTo(pollers);
    } finally {
      if (before == null) {
        System.clearProperty(DEFAULTS_MODE);
      } else {
        System.setProperty(DEFAULTS_MODE, before);
      }
    }
  }

  private static void refuse() {
    assertThatThrownBy(() -> Connections.own(URI.create("http://127.0.0.1:9")))
        .hasMessageContaining("nonsense");
  }

  /** Each event loop that is not closed has one. */
  private static long pollers() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(KinesisConnectionTest::isPoller).count();
    }
  }

  private static boolean isPoller(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().contains("eventpoll");
    } catch (IOException closedMeanwhile) {
      return false;
    }
  }

  /** It stands for it in the user agent. */
  @Test
  void clientName_ofConnectionsThatAreNotThereYet_isTheirs() {
    NettyTransport transport =
        OwnClient.transport(
            Connections.config(URI.create("http://127.0.0.1:9")).build(), Thread::new);
    try {
      assertThat(new LaterHttpClient().clientName()).isEqualTo(transport.httpClient().clientName());
    } finally {
      transport.close();
    }
  }

  /**
   * A close that waits for its call, or for the two quiet seconds that the SDK gives its threads,
   * is never quicker than they are; one that waits for neither only where the machine is busy. So
   * one of several has to be.
   */
  @Test
  void close_callUnderWay_failsItWithoutWaiting() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Reply.NEVER)) {
      int calls = 0;
      Duration took;
      do {
        calls++;
        took = closeWithCallUnderWay(server, calls);
      } while (took.compareTo(QUIET_PERIOD) >= 0 && calls < 20);
      assertThat(took).isLessThan(QUIET_PERIOD);
    }
  }

  private static Duration closeWithCallUnderWay(ScriptedServer server, int calls) throws Exception {
    KinesisConnection connection = Connections.own(server.uri());
    CompletableFuture<PutRecordsReply> reply = send(connection);
    await().atMost(Duration.ofSeconds(30)).until(() -> server.requests().size() == calls);

    long startNanos = System.nanoTime();
    connection.close();
    Duration took = Duration.ofNanos(System.nanoTime() - startNanos);

    assertThat(((Failed) reply.get(30, SECONDS)).origin()).isEqualTo(Origin.CLIENT);
    return took;
  }

  @Test
  void send_afterClose_failsAsClient() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1))) {
      KinesisConnection connection = Connections.own(server.uri());
      connection.close();
      connection.close();

      Failed failed = (Failed) send(connection).get(30, SECONDS);

      assertThat(failed.origin()).isEqualTo(Origin.CLIENT);
      assertThat(server.requests()).isEmpty();
    }
  }

  @Test
  void close_usersClient_staysOpen() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1));
        KinesisAsyncClient client = Connections.usersClient(server.uri()).build()) {
      KinesisConnection connection = KinesisConnection.over(client, Connections.TIMEOUT);
      assertThat(connection.owned()).isFalse();

      connection.close();

      assertThat(send(connection).get(30, SECONDS)).isInstanceOf(Answered.class);
    }
  }

  @Test
  void send_oneCallAfterTheOther_keepsTheConnection() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1));
        KinesisConnection connection = Connections.own(server.uri())) {
      for (int i = 0; i < 5; i++) {
        assertThat(send(connection).get(30, SECONDS)).isInstanceOf(Answered.class);
      }

      assertThat(server.requests()).hasSize(5);
      assertThat(server.connectionCount()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void send_moreCallsThanConnections_waitForOneAndSucceed() throws Exception {
    try (ScriptedServer server = ScriptedServer.plain(request -> Wire.stored(1));
        KinesisConnection connection =
            Connections.own(Connections.config(server.uri()).maxConnections(2).build())) {
      List<CompletableFuture<PutRecordsReply>> replies = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        replies.add(send(connection));
      }

      for (CompletableFuture<PutRecordsReply> reply : replies) {
        assertThat(reply.get(30, SECONDS)).isInstanceOf(Answered.class);
      }
      assertThat(server.connectionCount()).isLessThanOrEqualTo(2 + OwnClient.SPARE_CONNECTIONS);
    }
  }

  @Test
  void region_configured_isTaken() {
    assertThat(OwnClient.region(Optional.of("eu-west-3"), () -> Region.US_EAST_1))
        .isEqualTo(Region.EU_WEST_3);
  }

  @Test
  void region_notConfigured_isThatOfTheEnvironment() {
    assertThat(OwnClient.region(Optional.empty(), () -> Region.US_EAST_1))
        .isEqualTo(Region.US_EAST_1);
  }

  @Test
  void region_nowhere_isRefusedByTheNameOfTheKey() {
    assertThatThrownBy(
            () ->
                OwnClient.region(
                    Optional.empty(),
                    () -> {
                      throw SdkClientException.create("none in the chain");
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Region is not set");
  }

  private static List<String> newThreads(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        .toList();
  }

  private static CompletableFuture<PutRecordsReply> send(KinesisConnection connection) {
    CompletableFuture<PutRecordsReply> reply = new CompletableFuture<>();
    new SdkRecordSender(connection, Runnable::run).send(Batches.one("clicks"), reply::complete);
    return reply;
  }
}
