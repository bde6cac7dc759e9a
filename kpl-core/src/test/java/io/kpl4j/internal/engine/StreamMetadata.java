// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;

import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import io.kpl4j.internal.shard.StreamDescription;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the modelled service knows of streams beside their shards: when they were made, how large
 * their records may be, whether it spreads their records itself. Confined to the simulation.
 */
final class StreamMetadata {

  final Set<String> serviceRouted = new HashSet<>();
  final Map<String, Long> maxRecordBytes = new HashMap<>();

  /** When each question came, in the order of asking. */
  final List<Long> describedNanos = new ArrayList<>();

  boolean silent;

  private final KinesisModel kinesis;
  private final VirtualTime time;
  private final Map<String, Long> createdNanos = new HashMap<>();
  int knocks;
  int mostKnocksAtOnce;
  private int knocksUnderWay;

  StreamMetadata(KinesisModel kinesis, VirtualTime time) {
    this.kinesis = kinesis;
    this.time = time;
  }

  void created(String stream) {
    createdNanos.put(stream, time.nowNanos());
  }

  void describe(String stream, Consumer<StreamDescription> onReply) {
    describedNanos.add(time.nowNanos());
    if (silent) {
      return;
    }
    time.after(
        5 * MILLI,
        () -> {
          StreamDescription reply = description(stream);
          time.after(5 * MILLI, () -> onReply.accept(reply));
        });
  }

  private StreamDescription description(String stream) {
    Weather weather = kinesis.weather;
    if (weather.dead) {
      return new StreamDescription.Failed("ConnectException", "refused");
    }
    if (weather.describeDenied) {
      return new StreamDescription.Failed(
          "AccessDeniedException", "kinesis:DescribeStreamSummary is missing");
    }
    if (weather.missing || !createdNanos.containsKey(stream)) {
      return new StreamDescription.Failed("ResourceNotFoundException", "no such stream");
    }
    return new StreamDescription.Described(
        "arn:aws:kinesis:us-east-1:000000000000:stream/" + stream,
        Instant.EPOCH.plusNanos(createdNanos.get(stream)),
        "ACTIVE",
        "PROVISIONED",
        maxRecordBytes.getOrDefault(stream, 1L << 20));
  }

  /** A call without records. */
  void knock(String stream, Consumer<PutRecordsReply> onReply) {
    knocks++;
    mostKnocksAtOnce = Math.max(mostKnocksAtOnce, ++knocksUnderWay);
    Weather weather = kinesis.weather;
    PutRecordsReply reply =
        weather.dead
            ? new PutRecordsReply.Failed(Origin.CLIENT, "ConnectException", "refused", 0)
            : new PutRecordsReply.Failed(
                Origin.SERVICE,
                weather.credentialsWrong
                    ? "ExpiredTokenException"
                    : weather.denied ? "AccessDeniedException" : "ValidationException",
                "to " + stream,
                400);
    time.after(
        5 * MILLI,
        () -> {
          knocksUnderWay--;
          onReply.accept(reply);
        });
  }
}
