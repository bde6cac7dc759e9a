// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.Objects.requireNonNull;

import io.kpl4j.internal.batch.PutRecordsBatch;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * Sends batches through the AWS SDK. Thread-safe.
 *
 * <p>Bodies are encoded, hashed and signed on the thread that calls, so that is a worker's.
 */
public final class SdkRecordSender implements RecordSender {

  private final KinesisConnection connection;
  private final Executor workers;

  /**
   * Sends over the connection.
   *
   * @param connection neither closed nor changed here
   * @param workers where aggregates are joined and requests are made
   */
  public SdkRecordSender(KinesisConnection connection, Executor workers) {
    this.connection = requireNonNull(connection, "connection");
    this.workers = requireNonNull(workers, "workers");
  }

  @Override
  public void send(PutRecordsBatch batch, Consumer<PutRecordsReply> onReply) {
    PutRecordsCall call = new PutRecordsCall(connection, batch, onReply);
    try {
      workers.execute(call);
    } catch (Throwable t) { // Closed, or no memory for a thread: the batch must be answered.
      call.fail(t);
    }
  }
}
