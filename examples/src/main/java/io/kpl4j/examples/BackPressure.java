// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A source that can slow down, and one that cannot. The buffer is bounded: once it is full {@code
 * put} makes the caller wait, which slows the source down to what the stream takes; {@code tryPut}
 * never waits, and the source decides what becomes of what does not fit.
 */
public final class BackPressure {

  private static final int RECORDS = 20_000;

  private BackPressure() {}

  /** Takes a properties file. */
  public static void main(String[] args) {
    KinesisProducerConfig config = KinesisProducerConfig.fromProperties(Path.of(args[0]));
    List<CompletableFuture<RecordResult>> stored = new ArrayList<>();
    int refused = 0;
    try (KinesisProducer producer = KinesisProducer.builder().config(config).build()) {
      for (int i = 0; i < RECORDS; i++) {
        // Waits while the buffer is full, at most MaxBlockTime.
        stored.add(producer.put(record("patient", i)));
        Optional<CompletableFuture<RecordResult>> accepted =
            producer.tryPut(record("impatient", i));
        if (accepted.isPresent()) {
          stored.add(accepted.get());
        } else {
          refused++;
        }
      }
    }
    stored.forEach(CompletableFuture::join);
    System.out.println(stored.size() + " stored, " + refused + " had no room");
  }

  private static UserRecord record(String source, int number) {
    byte[] data = (source + " " + number + " ".repeat(200)).getBytes(UTF_8);
    return UserRecord.of("clicks", source + "-" + number % 50, data);
  }
}
