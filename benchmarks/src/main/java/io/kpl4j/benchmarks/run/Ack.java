// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Told what became of records: the first argument is the producer's result, which does not count,
 * the second the failure, if there was one. One may serve many records. Thread-safe.
 */
public abstract class Ack implements BiConsumer<@Nullable Object, @Nullable Throwable> {

  /** Creates it. */
  protected Ack() {}
}
