// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordFailedException;
import io.kpl4j.UserRecord;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/**
 * Keeps every record that is given up in a file, with the reason and the number of attempts, so
 * that it can be looked at and sent again. The handler runs on the completion thread, once for each
 * such record; {@code close} waits for it.
 */
public final class DeadLetters {

  private DeadLetters() {}

  /** Takes a properties file and the file for dead letters. */
  public static void main(String[] args) throws IOException {
    KinesisProducerConfig config = KinesisProducerConfig.fromProperties(Path.of(args[0]));
    try (PrintWriter letters = new PrintWriter(Files.newBufferedWriter(Path.of(args[1])));
        KinesisProducer producer =
            KinesisProducer.builder()
                .config(config)
                .onFailure(failure -> letters.println(line(failure)))
                .build()) {
      for (int i = 0; i < 100; i++) {
        // Nobody looks at the future: what fails is in the file.
        var unused = producer.put("clicks", "user-" + i, ("click " + i).getBytes(UTF_8));
      }
    }
  }

  private static String line(RecordFailedException failure) {
    UserRecord record = failure.userRecord();
    byte[] data = new byte[record.data().remaining()];
    record.data().get(data);
    return String.join(
        "\t",
        failure.reason().name(),
        failure.attemptCount() + " attempts",
        record.streamName(),
        record.partitionKey(),
        Base64.getEncoder().encodeToString(data));
  }
}
