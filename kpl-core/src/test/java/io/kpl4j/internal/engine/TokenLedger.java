// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import io.kpl4j.internal.aggregate.KinesisRecord;
import java.util.HashMap;
import java.util.Map;

/**
 * Counts what each predicted shard is sent against {@code RateLimit}, which an adaptive rate never
 * exceeds but for shards that are not known. Confined to the simulation.
 */
final class TokenLedger {

  private final double recordsPerSecond;
  private final double bytesPerSecond;
  private final Map<String, Bucket> buckets = new HashMap<>();
  private final boolean adaptive;
  private boolean checking = true;

  private static final class Bucket {
    private double records;
    private double bytes;
    private long lastNanos;
  }

  TokenLedger(long percent, boolean adaptive) {
    this.adaptive = adaptive;
    this.recordsPerSecond = 1_000 * percent / 100.0;
    this.bytesPerSecond = (1 << 20) * percent / 100.0;
  }

  /** Lanes are made anew, with full tokens: from now on this counts something else. */
  void stopChecking() {
    checking = false;
  }

  void sent(String stream, KinesisRecord record, long nowNanos) {
    if (!checking || (adaptive && record.sentTo() == null)) {
      return;
    }
    Bucket bucket =
        buckets.computeIfAbsent(
            stream + "/" + record.sentTo(),
            key -> {
              Bucket full = new Bucket();
              full.records = recordsPerSecond;
              full.bytes = bytesPerSecond;
              full.lastNanos = nowNanos;
              return full;
            });
    double seconds = (nowNanos - bucket.lastNanos) / (double) SECOND;
    bucket.lastNanos = nowNanos;
    bucket.records = Math.min(recordsPerSecond, bucket.records + seconds * recordsPerSecond);
    bucket.bytes = Math.min(bytesPerSecond, bucket.bytes + seconds * bytesPerSecond);
    double needed = Math.min(record.sizeBytes(), bytesPerSecond);
    if (bucket.records < 0.99 || bucket.bytes < needed - 1) {
      throw new AssertionError(
          record.sentTo()
              + " is sent more than it takes: "
              + bucket.records
              + " and "
              + bucket.bytes
              + " tokens left");
    }
    bucket.records--;
    bucket.bytes -= record.sizeBytes();
  }
}
