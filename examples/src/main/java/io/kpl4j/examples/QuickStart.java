// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

// README: begin
import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

public final class QuickStart {
  public static void main(String[] args) {
    KinesisProducerConfig config = KinesisProducerConfig.fromProperties(Path.of(args[0]));
    List<CompletableFuture<RecordResult>> stored = new ArrayList<>();
    try (KinesisProducer producer = KinesisProducer.builder().config(config).build()) {
      for (int i = 0; i < 1_000; i++) {
        stored.add(producer.put("clicks", "user-" + i % 50, ("click " + i).getBytes(UTF_8)));
      }
    } // sends what is buffered and waits for the answers
    stored.forEach(click -> System.out.println(click.join()));
  }
}
// README: end
