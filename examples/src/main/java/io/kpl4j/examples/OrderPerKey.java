// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.KeyOrder;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Bookings of accounts, each account's in the order in which they were put, whatever is throttled,
 * fails or is split meanwhile. One account's bookings must come from one thread: two threads have
 * no order between them.
 */
public final class OrderPerKey {

  private OrderPerKey() {}

  /** Takes a properties file. */
  public static void main(String[] args) {
    KinesisProducerConfig config =
        KinesisProducerConfig.fromProperties(Path.of(args[0])).toBuilder()
            .keyOrder(KeyOrder.SKIP)
            .build();
    List<CompletableFuture<RecordResult>> stored = new ArrayList<>();
    try (KinesisProducer producer = KinesisProducer.builder().config(config).build()) {
      for (int booking = 0; booking < 1_000; booking++) {
        for (int account = 0; account < 10; account++) {
          byte[] data = ("booking " + booking).getBytes(UTF_8);
          stored.add(producer.put("bookings", "account-" + account, data));
        }
      }
    }
    stored.forEach(CompletableFuture::join);
    System.out.println(stored.size() + " bookings stored, in order for each account");
  }
}
