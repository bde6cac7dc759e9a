// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordResult;
import io.kpl4j.junit.KinesisFault.Kind;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.StoredUserRecord;
import java.net.URI;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** Classes and methods that JUnit runs at the same time, each with what the extension gives it. */
class ParallelTestsTest {

  private static final int TESTS = 10;
  private static final int SERVERS = 9;
  private static final int RECORDS = 50;
  private static final long LIMIT_SECONDS = 120;

  /** Passed by all tests at once only, so it shows that they do run at the same time. */
  private static final CyclicBarrier MEETING = new CyclicBarrier(TESTS);

  private static final Set<Object> SERVERS_SEEN = identities();
  private static final Set<Object> PRODUCERS_SEEN = identities();

  private static Set<Object> identities() {
    return Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  @Test
  void testsAtTheSameTime_haveServersAndProducersOfTheirOwn_allClosedAfter() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    LauncherDiscoveryRequest request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(
                selectClass(One.class),
                selectClass(Other.class),
                selectClass(Faulty.class),
                selectClass(Shared.class))
            .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
            .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
            // Beside the tests, those may take a thread that wait for the tests of a class.
            .configurationParameter(
                "junit.jupiter.execution.parallel.config.fixed.parallelism", "" + 3 * TESTS)
            .build();
    SummaryGeneratingListener summary = new SummaryGeneratingListener();
    LauncherFactory.create().execute(request, summary);

    assertThat(summary.getSummary().getFailures()).extracting(Failure::getException).isEmpty();
    assertThat(summary.getSummary().getTestsSucceededCount()).isEqualTo(TESTS);
    assertThat(SERVERS_SEEN).hasSize(SERVERS);
    assertThat(PRODUCERS_SEEN).hasSize(SERVERS);
    // Every server and every producer has threads for as long as it is open.
    for (Thread thread : threadsSince(before).toList()) {
      thread.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
    }
    assertThat(threadsSince(before)).isEmpty();
  }

  private static Stream<Thread> threadsSince(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .filter(thread -> thread.getName().matches("(kpl-testkit|kpl4j-).*"));
  }

  /** Puts records that no other test puts, while all others put theirs. */
  private static List<RecordResult> put(
      String name, KinesisProducer producer, KinesisTestServer server) throws Exception {
    SERVERS_SEEN.add(server);
    PRODUCERS_SEEN.add(producer);
    MEETING.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    List<CompletableFuture<RecordResult>> results =
        texts(name).map(text -> producer.put("clicks", text, text.getBytes(UTF_8))).toList();
    producer.flush().join();
    MEETING.await(LIMIT_SECONDS, TimeUnit.SECONDS);
    return results.stream().map(CompletableFuture::join).toList();
  }

  private static Stream<String> texts(String name) {
    return IntStream.range(0, RECORDS).mapToObj(i -> name + " " + i);
  }

  private static String nameOf(TestInfo test) {
    return test.getTestClass().orElseThrow().getSimpleName() + "." + test.getDisplayName();
  }

  private static void putsAndFindsItsOwnAlone(
      TestInfo test, KinesisProducer producer, KinesisTestServer server, URI endpoint)
      throws Exception {
    String name = nameOf(test);
    List<RecordResult> results = put(name, producer, server);

    assertThat(server.endpoint()).isEqualTo(endpoint);
    assertThat(results).extracting(RecordResult::attemptCount).containsOnly(1);
    assertThat(server.userRecords("clicks").all())
        .extracting(StoredUserRecord::text)
        .containsExactlyInAnyOrderElementsOf(texts(name).toList());
  }

  @KinesisServer(
      streams = @KinesisServer.Stream(name = "clicks", shards = 2),
      properties = "RecordMaxBufferedTime=10")
  @Execution(ExecutionMode.CONCURRENT)
  abstract static class Clicks {

    @Test
    void first(TestInfo test, KinesisProducer producer, KinesisTestServer server, URI endpoint)
        throws Exception {
      putsAndFindsItsOwnAlone(test, producer, server, endpoint);
    }

    @Test
    void second(TestInfo test, KinesisProducer producer, KinesisTestServer server, URI endpoint)
        throws Exception {
      putsAndFindsItsOwnAlone(test, producer, server, endpoint);
    }

    @Test
    @KinesisServer(tls = true, streams = @KinesisServer.Stream(name = "clicks"))
    void third(TestInfo test, KinesisProducer producer, KinesisTestServer server, URI endpoint)
        throws Exception {
      putsAndFindsItsOwnAlone(test, producer, server, endpoint);
    }
  }

  static final class One extends Clicks {}

  static final class Other extends Clicks {}

  /** Its faults are met by no other test, and by each of its own. */
  @KinesisServer(streams = @KinesisServer.Stream(name = "clicks"))
  @KinesisFault(kind = Kind.HTTP_ERROR, status = 503)
  @Execution(ExecutionMode.CONCURRENT)
  static final class Faulty {

    @Test
    void first(TestInfo test, KinesisProducer producer, KinesisTestServer server) throws Exception {
      meetsItsFault(nameOf(test), producer, server);
    }

    @Test
    void second(TestInfo test, KinesisProducer producer, KinesisTestServer server)
        throws Exception {
      meetsItsFault(nameOf(test), producer, server);
    }

    private static void meetsItsFault(
        String name, KinesisProducer producer, KinesisTestServer server) throws Exception {
      assertThat(put(name, producer, server))
          .extracting(RecordResult::attemptCount)
          .contains(2)
          .isSubsetOf(1, 2);
    }
  }

  /** Its tests share one server, as a method before all has asked for it. */
  @KinesisServer(streams = @KinesisServer.Stream(name = "clicks"))
  @TestInstance(TestInstance.Lifecycle.PER_CLASS)
  @Execution(ExecutionMode.CONCURRENT)
  static final class Shared {

    private @Nullable KinesisTestServer ofClass;

    @BeforeAll
    void start(KinesisTestServer server) {
      ofClass = server;
    }

    @Test
    void first(TestInfo test, KinesisProducer producer, KinesisTestServer server) throws Exception {
      findsThoseOfBoth(nameOf(test), producer, server);
    }

    @Test
    void second(TestInfo test, KinesisProducer producer, KinesisTestServer server)
        throws Exception {
      findsThoseOfBoth(nameOf(test), producer, server);
    }

    private void findsThoseOfBoth(String name, KinesisProducer producer, KinesisTestServer server)
        throws Exception {
      put(name, producer, server);

      assertThat(server).isSameAs(ofClass);
      assertThat(server.userRecords("clicks").all())
          .hasSize(2 * RECORDS)
          .extracting(StoredUserRecord::text)
          .containsAll(texts(name).toList())
          .allMatch(text -> text.startsWith("Shared."));
    }
  }
}
