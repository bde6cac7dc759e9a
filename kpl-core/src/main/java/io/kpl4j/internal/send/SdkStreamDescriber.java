// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.Objects.requireNonNull;

import io.kpl4j.internal.shard.StreamDescriber;
import io.kpl4j.internal.shard.StreamDescription;
import io.kpl4j.internal.shard.StreamDescription.Described;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryRequest;
import software.amazon.awssdk.services.kinesis.model.DescribeStreamSummaryResponse;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;

/** Describes streams through the AWS SDK, by DescribeStreamSummary. Thread-safe. */
public final class SdkStreamDescriber implements StreamDescriber {

  private static final long KIB = 1 << 10;

  private final KinesisConnection connection;
  private final Executor workers;

  /**
   * Describes over the connection.
   *
   * @param connection neither closed nor changed here
   * @param workers where requests are made: that may have to wait for credentials
   */
  public SdkStreamDescriber(KinesisConnection connection, Executor workers) {
    this.connection = requireNonNull(connection, "connection");
    this.workers = requireNonNull(workers, "workers");
  }

  @Override
  public void describe(String streamName, Consumer<StreamDescription> onReply) {
    Call call = new Call(streamName, onReply);
    try {
      workers.execute(call);
    } catch (Throwable t) { // Closed, or no memory for a thread: the question must be answered.
      call.fail(t);
    }
  }

  /** One question; whatever happens, it is answered once. Thread-safe. */
  private final class Call implements Runnable {

    private final String streamName;
    private final Consumer<StreamDescription> onReply;
    private final AtomicBoolean answered = new AtomicBoolean();

    Call(String streamName, Consumer<StreamDescription> onReply) {
      this.streamName = streamName;
      this.onReply = onReply;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // What came of it goes to complete().
    public void run() {
      try {
        connection.client().describeStreamSummary(request()).whenComplete(this::complete);
      } catch (Throwable t) {
        fail(t);
      }
    }

    private DescribeStreamSummaryRequest request() {
      DescribeStreamSummaryRequest.Builder request =
          DescribeStreamSummaryRequest.builder().overrideConfiguration(connection.override());
      connection
          .address(streamName)
          .into(request::streamName, request::streamARN, request::streamId);
      return request.build();
    }

    private void complete(
        @Nullable DescribeStreamSummaryResponse response, @Nullable Throwable thrown) {
      if (response == null) {
        fail(thrown == null ? new NullPointerException("no response") : thrown);
        return;
      }
      try {
        answer(read(response.streamDescriptionSummary()));
      } catch (Throwable t) {
        fail(t);
      }
    }

    private void fail(Throwable thrown) {
      PutRecordsReply.Failed failed = CallFailures.of(thrown);
      answer(new StreamDescription.Failed(failed.errorCode(), failed.message()));
    }

    private void answer(StreamDescription description) {
      if (answered.compareAndSet(false, true)) {
        onReply.accept(description);
      }
    }
  }

  private static Described read(StreamDescriptionSummary summary) {
    Instant createdAt = requireNonNull(summary.streamCreationTimestamp(), "no creation time");
    @Nullable Integer maxRecordKib = summary.maxRecordSizeInKiB();
    return new Described(
        requireNonNull(summary.streamARN(), "no ARN"),
        createdAt,
        String.valueOf(summary.streamStatusAsString()),
        summary.streamModeDetails() == null
            ? null
            : summary.streamModeDetails().streamModeAsString(),
        maxRecordKib == null ? 0 : maxRecordKib * KIB);
  }
}
