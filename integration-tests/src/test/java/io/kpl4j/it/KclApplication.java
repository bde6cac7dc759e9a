// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.it.ShardReader.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An application of the KCL that runs beside the test, with the SDK that the KCL brings, and tells
 * what it is given.
 */
final class KclApplication implements AutoCloseable {

  private static final String MODULE = "integration-tests/kcl-consumer/target/";

  private final Child process;

  private KclApplication(Child process) {
    this.process = process;
  }

  /** It takes its list of shards for the current one until that is older than given. */
  static KclApplication start(
      Duration shardListAge,
      String stream,
      LocalStackEndpoint localStack,
      LeaseTables leases,
      Path logs)
      throws IOException {
    String classPath =
        Child.classPath(built("classes"), Files.readString(built("class-path.txt"), UTF_8).strip());
    return new KclApplication(
        Child.start(
            logs,
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                System.getProperty("kpl.kcl.jvm", "-XX:+UseSerialGC"),
                "-cp",
                classPath,
                "io.kpl4j.kcl.KclConsumer",
                stream,
                localStack.uri().toString(),
                leases.endpoint(),
                Long.toString(shardListAge.toSeconds()))));
  }

  private static Path built(String what) {
    return ProjectFiles.find(MODULE + what)
        .orElseThrow(() -> new IllegalStateException("not built: " + MODULE + what));
  }

  /** Waits until it reads each of these shards: then their leases are there, and are its own. */
  void awaitBegan(Set<String> shardIds) throws InterruptedException {
    Set<String> missing = new TreeSet<>(shardIds);
    while (!missing.isEmpty()) {
      String line = process.awaitLine(each -> each.startsWith("began "));
      missing.remove(line.substring("began ".length()));
    }
  }

  /** Waits until it was given a record with this key on each of these shards. */
  void awaitRecord(String partitionKey, Set<String> shardIds) throws InterruptedException {
    Set<String> missing = new TreeSet<>(shardIds);
    while (!missing.isEmpty()) {
      String line =
          process.awaitLine(
              each -> {
                Seen seen = seen(each);
                return seen != null && seen.partitionKey().equals(partitionKey);
              });
      missing.remove(line.split(" ", -1)[1]);
    }
  }

  /** The version of the SDK that it runs with. */
  String sdkVersion() throws InterruptedException {
    return process.awaitLine(line -> line.startsWith("sdk ")).substring("sdk ".length());
  }

  /** All that it was given so far, as often as it was given. */
  List<Seen> seen() {
    return process.lines().stream().flatMap(line -> Stream.ofNullable(seen(line))).toList();
  }

  private static @Nullable Seen seen(String line) {
    String[] words = line.split(" ", -1);
    if (!words[0].equals("record")) {
      return null;
    }
    String key = new String(HexFormat.of().parseHex(words[4]), UTF_8);
    return new Seen(words[1], words[2], Long.parseLong(words[3]), key, null, words[5]);
  }

  /** Kills it. */
  @Override
  public void close() {
    process.close();
  }
}
