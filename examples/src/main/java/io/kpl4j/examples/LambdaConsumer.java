// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent;
import com.amazonaws.services.lambda.runtime.events.KinesisEvent.KinesisEventRecord;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse;
import com.amazonaws.services.lambda.runtime.events.StreamsEventResponse.BatchItemFailure;
import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.aggregation.AggregatedRecord;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A Lambda function behind a Kinesis stream: opens each Kinesis record with our decoder and works
 * on the user records in it. Needs {@code kpl-aggregation} only. Thread-safe if what works on the
 * records is.
 *
 * <p>Deploy it with {@code ReportBatchItemFailures}: then Lambda starts again at the Kinesis record
 * that failed, and not at the first of the batch. The user records of that one come again, and a
 * Lambda function has no filter by hash range, so at a reshard it may see a record twice: whatever
 * works on a user record must do no harm the second time. Its stream, sequence number and
 * sub-sequence number name it.
 */
public final class LambdaConsumer implements RequestHandler<KinesisEvent, StreamsEventResponse> {

  private final BiConsumer<String, AggregatedRecord> work;

  /** What Lambda calls: prints each user record. */
  public LambdaConsumer() {
    this(
        (sequenceNumber, record) ->
            System.out.println(
                sequenceNumber
                    + "/"
                    + record.subSequenceNumber()
                    + " "
                    + record.partitionKey()
                    + ": "
                    + UTF_8.decode(record.data())));
  }

  LambdaConsumer(BiConsumer<String, AggregatedRecord> work) {
    this.work = work;
  }

  @Override
  public StreamsEventResponse handleRequest(KinesisEvent event, @Nullable Context context) {
    for (KinesisEventRecord received : event.getRecords()) {
      KinesisEvent.Record kinesisRecord = received.getKinesis();
      String sequenceNumber = kinesisRecord.getSequenceNumber();
      try {
        AggregateDecoder.deaggregate(kinesisRecord.getPartitionKey(), kinesisRecord.getData())
            .forEach(record -> work.accept(sequenceNumber, record));
      } catch (RuntimeException fault) {
        System.err.println("record " + sequenceNumber + " failed: " + fault);
        return new StreamsEventResponse(List.of(new BatchItemFailure(sequenceNumber)));
      }
    }
    return new StreamsEventResponse(List.of());
  }
}
