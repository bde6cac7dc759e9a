// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.Storage;
import java.io.BufferedReader;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The process of the test kit's endpoint: does what its parent says, a line at a time. One thread.
 */
public final class TestkitMain {

  private TestkitMain() {}

  /**
   * Serves until the parent has ended.
   *
   * @param arguments the number of threads that serve connections
   */
  public static void main(String[] arguments) {
    try (KinesisTestServer server =
        KinesisTestServer.builder()
            .tls(true)
            .threads(Integer.parseInt(arguments[0]))
            .storage(Storage.COUNT_ONLY)
            .start()) {
      Lines.say(System.out, "endpoint", server.endpoint());
      BufferedReader input = Lines.standardInput();
      for (String line = Lines.next(input); line != null; line = Lines.next(input)) {
        obey(server, line.split(" ", -1));
      }
    }
    System.exit(0);
  }

  /** {@code create PREFIX STREAMS SHARDS}, {@code take PREFIX STREAMS}, {@code calls}. */
  private static void obey(KinesisTestServer server, String[] words) {
    switch (words[0]) {
      case "create" -> {
        int shards = Integer.parseInt(words[3]);
        streams(words).forEach(stream -> server.createStream(stream, shards));
        Lines.say(System.out, "created", words[1]);
      }
      case "take" -> take(server, streams(words));
      case "calls" -> Lines.say(System.out, "calls", server.calls("PutRecords"));
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  private static List<String> streams(String[] words) {
    return IntStream.range(0, Integer.parseInt(words[2]))
        .mapToObj(i -> Load.streamName(words[1], i))
        .toList();
  }

  private static void take(KinesisTestServer server, List<String> streams) {
    long userRecords = 0;
    long records = 0;
    long bytes = 0;
    for (String stream : streams) {
      userRecords += server.userRecordCount(stream);
      records += server.recordCount(stream);
      bytes += server.byteCount(stream);
      server.deleteStream(stream);
    }
    Lines.say(System.out, "taken", userRecords + " " + records + " " + bytes);
  }
}
