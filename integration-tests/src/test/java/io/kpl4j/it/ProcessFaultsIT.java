// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.StoredUserRecord;
import io.kpl4j.testkit.UserRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of records when something befalls the process that put them. */
@DisabledOnOs(OS.WINDOWS)
class ProcessFaultsIT {

  private static final int KILLED = 128 + 9;
  private static final int TERMINATED = 128 + 15;

  /** How long a process is suspended. */
  private static final Duration SUSPENSION =
      Duration.ofSeconds(Integer.getInteger("kpl.suspended.seconds", 8));

  @TempDir Path logs;

  private final KinesisTestServer server = KinesisTestServer.builder().stream("s", 4).start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void killed_whileSending_whatWasAcknowledgedIsOnTheStream() throws Exception {
    try (Child child = start(List.of())) {
      child.say("put on and on");
      awaitStored(child, 2_000);
      child.signal("KILL");
      assertThat(child.awaitEnd()).isEqualTo(KILLED);
      say("killed", child);
      assertThat(ids(child, "failed")).isEmpty();
      assertThat(ids(child, "stored")).hasSizeGreaterThanOrEqualTo(2_000);
      assertStored(child);
    }
  }

  @Test
  void terminated_whileSending_closeOnShutdownStoresAllThatWasAccepted() throws Exception {
    try (Child child = start(List.of())) {
      child.say("put on and on");
      awaitStored(child, 2_000);
      child.signal("TERM");
      assertThat(child.awaitEnd()).isEqualTo(TERMINATED);
      say("terminated", child);
      assertThat(ids(child, "failed")).isEmpty();
      // The last one may have had no time to say that it was accepted.
      assertThat(ids(child, "stored")).containsAll(ids(child, "accepted"));
      assertStored(child);
    }
  }

  @Test
  void suspended_longerThanTheTtl_noRecordExpiresWithoutAnAttempt() throws Exception {
    long ttlMillis = SUSPENSION.toMillis() / 2;
    try (Child child =
        start(List.of(), "RecordTtl=" + ttlMillis, "RecordMaxBufferedTime=" + ttlMillis / 2)) {
      child.say("put 1");
      child.say("flush");
      child.awaitLine("flushed"::equals);
      // Not due for a while, so they are still in their buffers; on a machine that is too busy for
      // that they are under way, or stored.
      child.say("put 5000");
      child.awaitLine("put"::equals);
      child.signal("STOP");
      LockSupport.parkNanos(SUSPENSION.toNanos());
      child.signal("CONT");
      child.say("flush");
      child.awaitLine("flushed"::equals);
      child.say("close");
      child.awaitLine("closed"::equals);
      say("suspended for " + SUSPENSION.toSeconds() + " s", child);
      assertThat(lines(child, "failed").filter(line -> line.split(" ", -1)[3].equals("0")))
          .isEmpty();
      assertThat(completed(child)).isEqualTo(ids(child, "accepted")).hasSize(5_001);
      assertStored(child);
    }
  }

  /**
   * The JVM reads classes from files: a process that has not loaded what it needs cannot go on. So
   * it loses connections once before it may open no more. It then has none, and cannot get one.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void outOfFileDescriptors_recordsWaitUntilThereAreSome() throws Exception {
    // MaxConnections, and what a producer opens beside.
    int mostConnections = 2 + 6;
    try (Child child = start(limited("ulimit -n 256"), "RecordTtl=600000", "MaxConnections=2")) {
      putAndFlush(child);
      putAndFlush(child);
      server.suspend();
      child.say("put 100");
      awaitFailedRequests(child, 2);
      server.resume();
      child.say("flush");
      child.awaitLine("flushed"::equals);

      child.limitDescriptors(3);
      server.suspend();
      child.say("put 2000");
      // Each connection fails one request as it breaks; all others lack a descriptor.
      awaitFailedRequests(child, mostConnections + 1);
      server.resume();
      awaitFailedRequests(child, 3);
      assertThat(ids(child, "stored")).hasSize(300);
      child.limitDescriptors(256);
      child.say("flush");
      child.awaitLine("flushed"::equals);
      child.say("close");
      child.awaitLine("closed"::equals);
      say("out of file descriptors", child);
      assertThat(child.lines()).anyMatch(line -> line.matches("after .*Too many open files.*"));
      assertThat(ids(child, "failed")).isEmpty();
      assertThat(ids(child, "stored")).isEqualTo(ids(child, "accepted")).hasSize(2_300);
      assertStored(child);
    }
  }

  /** No file of the process can grow by a byte, as if each disk was full; with metrics. */
  @Test
  void diskFull_recordsAndMetricsAreSent() throws Exception {
    try (Child child =
        start(
            limited("ulimit -f 0"),
            "MetricsLevel=detailed",
            "CloudwatchEndpoint=" + server.endpoint(),
            "MetricsUploadDelay=1000")) {
      child.say("write a file");
      assertThat(child.awaitLine(line -> line.contains("written"))).startsWith("not written");
      child.say("put 5000");
      child.say("flush");
      child.awaitLine("flushed"::equals);
      child.say("close");
      child.awaitLine("closed"::equals);
      say("disk full", child);
      assertThat(ids(child, "failed")).isEmpty();
      assertThat(ids(child, "stored")).hasSize(5_000);
      assertStored(child);
      assertThat(server.metrics()).isNotEmpty();
    }
  }

  /** A shell that sets a limit and then becomes the process. */
  private static List<String> limited(String limit) {
    return List.of("sh", "-c", limit + " && exec \"$@\"", "sh");
  }

  private Child start(List<String> shell, String... properties) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(properties));
    // A busy machine is no reason to send anything again.
    arguments.add("RequestTimeout=60000");
    arguments.add("Region=us-east-1");
    arguments.add("KinesisEndpoint=" + server.endpoint());
    if (arguments.stream().noneMatch(line -> line.startsWith("MetricsLevel="))) {
      arguments.add("MetricsLevel=none");
    }
    List<String> command = new ArrayList<>(shell);
    command.addAll(
        Child.javaCommand(
            // Statistics of the JVM are kept in a file.
            List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData"),
            ScriptedProducer.class,
            arguments.toArray(String[]::new)));
    return Child.start(logs, command);
  }

  private static void putAndFlush(Child child) throws Exception {
    child.say("put 100");
    child.say("flush");
    child.awaitLine("flushed"::equals);
  }

  private static void awaitStored(Child child, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      child.awaitLine(line -> line.startsWith("stored "));
    }
  }

  private static void awaitFailedRequests(Child child, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      child.awaitLine(line -> line.startsWith("request failed"));
    }
  }

  /** What was acknowledged is there, and only what its result says so of may be there twice. */
  private void assertStored(Child child) {
    UserRecords stored = server.userRecords("s");
    stored.assertNothingLost(ids(child, "stored"), StoredUserRecord::text);
    Set<String> seen = new HashSet<>();
    Set<String> twice =
        stored.all().stream()
            .map(StoredUserRecord::text)
            .filter(id -> !seen.add(id))
            .collect(Collectors.toSet());
    assertThat(twice).isSubsetOf(ids(child, "doubtful"));
  }

  private static Set<String> completed(Child child) {
    return Stream.concat(ids(child, "stored").stream(), ids(child, "failed").stream())
        .collect(Collectors.toSet());
  }

  private static Set<String> ids(Child child, String what) {
    return lines(child, what).map(line -> line.split(" ", -1)[1]).collect(Collectors.toSet());
  }

  private static Stream<String> lines(Child child, String what) {
    return child.lines().stream().filter(line -> line.startsWith(what + " "));
  }

  private void say(String what, Child child) {
    System.out.printf(
        "%s: accepted %d, stored %d (doubtful %d), failed %d; on the stream %d%n",
        what,
        ids(child, "accepted").size(),
        ids(child, "stored").size(),
        ids(child, "doubtful").size(),
        ids(child, "failed").size(),
        server.userRecords("s").all().size());
  }
}
