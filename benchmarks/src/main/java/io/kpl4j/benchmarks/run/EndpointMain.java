// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.Storage;
import java.io.BufferedReader;

/** The endpoint's process: does what its parent says, a line at a time. One thread. */
public final class EndpointMain {

  private EndpointMain() {}

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

  /** {@code create PREFIX STREAMS SHARDS}, {@code take PREFIX STREAMS}. */
  private static void obey(KinesisTestServer server, String[] words) {
    int streams = Integer.parseInt(words[2]);
    long userRecords = 0;
    long records = 0;
    long bytes = 0;
    for (int i = 0; i < streams; i++) {
      String stream = Load.streamName(words[1], i);
      if (words[0].equals("create")) {
        // Nothing has come yet.
        server.createStream(stream, Integer.parseInt(words[3]));
      } else {
        userRecords += server.userRecordCount(stream);
        records += server.recordCount(stream);
        bytes += server.byteCount(stream);
        server.deleteStream(stream);
      }
    }
    Lines.say(
        System.out,
        "counted",
        userRecords + " " + records + " " + bytes + " " + server.calls("PutRecords"));
  }
}
