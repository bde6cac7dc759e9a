// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns a producer's events into spans of OpenTelemetry: one for each PutRecords call, with an
 * event for each Kinesis record that was tried in it. Called by the producer's loop, and at the end
 * by the thread that closes it.
 */
public final class Traces implements ProducerEvents {

  private static final AttributeKey<String> STREAM =
      AttributeKey.stringKey("aws.kinesis.stream_name");
  private static final AttributeKey<Long> REQUEST = AttributeKey.longKey("kpl4j.request");
  private static final AttributeKey<Long> KINESIS_RECORDS =
      AttributeKey.longKey("kpl4j.kinesis_records");
  private static final AttributeKey<Long> USER_RECORDS = AttributeKey.longKey("kpl4j.user_records");
  private static final AttributeKey<Long> BYTES = AttributeKey.longKey("kpl4j.bytes");
  private static final AttributeKey<Long> BUFFERED = AttributeKey.longKey("kpl4j.buffered_ms");
  private static final AttributeKey<String> SHARD = AttributeKey.stringKey("kpl4j.shard");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  private final Tracer tracer;
  private final Map<String, Stream> streams = new ConcurrentHashMap<>();

  /** Creates a receiver of events that starts its spans with the tracer. */
  public Traces(Tracer tracer) {
    this.tracer = tracer;
  }

  @Override
  public StreamEvents stream(String streamName) {
    return streams.computeIfAbsent(streamName, Stream::new);
  }

  @Override
  public void close() {
    streams.values().forEach(Stream::end);
  }

  private final class Stream implements StreamEvents {
    private final String name;
    private final Map<Long, Span> underWay = new HashMap<>();

    /** The call whose reply is worked in: what its Kinesis records report follows at once. */
    private Span answered = Span.getInvalid();

    private Instant answeredAt = Instant.EPOCH;

    Stream(String name) {
      this.name = name;
    }

    @Override
    public void requestStarted(long requestId, int kinesisRecords, int userRecords, long bytes) {
      end();
      underWay.put(
          requestId,
          tracer
              .spanBuilder("PutRecords " + name)
              .setSpanKind(SpanKind.PRODUCER)
              .setAttribute(STREAM, name)
              .setAttribute(REQUEST, requestId)
              .setAttribute(KINESIS_RECORDS, (long) kinesisRecords)
              .setAttribute(USER_RECORDS, (long) userRecords)
              .setAttribute(BYTES, bytes)
              .startSpan());
    }

    @Override
    public void requestFinished(
        long requestId,
        int kinesisRecords,
        int userRecords,
        long bytes,
        long durationNanos,
        @Nullable String errorCode) {
      end();
      Span span = underWay.remove(requestId);
      answered = span == null ? Span.getInvalid() : span;
      answeredAt = Instant.now();
      if (errorCode != null) {
        answered.setStatus(StatusCode.ERROR).setAttribute(ERROR, errorCode);
      }
    }

    /** A span is ended late, as an ended one takes no events, but with its own time. */
    void end() {
      answered.end(answeredAt);
      answered = Span.getInvalid();
    }

    @Override
    public ShardEvents shard(@Nullable String shardId) {
      return new ShardEvents() {
        @Override
        public void kinesisRecordAttempted(
            int userRecords, int bytes, long bufferedNanos, @Nullable String errorCode) {
          AttributesBuilder attributes =
              Attributes.builder()
                  .put(USER_RECORDS, userRecords)
                  .put(BYTES, bytes)
                  .put(BUFFERED, NANOSECONDS.toMillis(bufferedNanos));
          if (shardId != null) {
            attributes.put(SHARD, shardId);
          }
          if (errorCode != null) {
            attributes.put(ERROR, errorCode);
          }
          answered.addEvent(errorCode == null ? "stored" : "refused", attributes.build());
        }
      };
    }
  }

  /**
   * Puts a hundred records and traces the calls that carry them.
   *
   * @param args a properties file
   */
  public static void main(String[] args) {
    // A service passes the tracer of its own OpenTelemetry instance, with an exporter.
    try (SdkTracerProvider provider = SdkTracerProvider.builder().build()) {
      run(Path.of(args[0]), provider.get("io.kpl4j"));
    }
  }

  static void run(Path properties, Tracer tracer) {
    try (KinesisProducer producer =
        KinesisProducer.builder()
            .config(KinesisProducerConfig.fromProperties(properties))
            .events(new Traces(tracer))
            .build()) {
      for (int i = 0; i < 100; i++) {
        var unused = producer.put("clicks", "user-" + i, ("click " + i).getBytes(UTF_8));
      }
      producer.flush().join();
    }
  }
}
