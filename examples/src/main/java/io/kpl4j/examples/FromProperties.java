// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import io.kpl4j.KinesisProducerConfig;
import java.nio.file.Path;

/**
 * Loads a properties file, such as {@code examples/producer.properties}, sets one key in code, and
 * prints what a producer would run with: for all streams, and for those that are named. A bad value
 * or an unknown key ends it with what is wrong.
 */
public final class FromProperties {

  private FromProperties() {}

  /** Takes the file, then names of streams. */
  public static void main(String[] args) {
    KinesisProducerConfig config =
        KinesisProducerConfig.fromProperties(Path.of(args[0])).toBuilder().rateLimit(100).build();
    System.out.println(config);
    for (int i = 1; i < args.length; i++) {
      System.out.println(
          args[i] + ": RecordTtl " + config.forStream(args[i]).recordTtl().toMillis() + " ms");
    }
  }
}
