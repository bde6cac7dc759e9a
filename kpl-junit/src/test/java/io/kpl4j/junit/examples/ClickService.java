// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KinesisProducer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

// docs/testing.md: begin
/** A service that uses the producer: it keeps clicks that could not be stored. */
final class ClickService {

  private final KinesisProducer producer;
  private final Queue<String> lost = new ConcurrentLinkedQueue<>();

  ClickService(KinesisProducer producer) {
    this.producer = producer;
  }

  void clicked(String user, String page) {
    var unused =
        producer
            .put("clicks", user, page.getBytes(UTF_8))
            .whenComplete(
                (stored, failure) -> {
                  if (failure != null) {
                    lost.add(page);
                  }
                });
  }

  Queue<String> lost() {
    return lost;
  }
}
// docs/testing.md: end
