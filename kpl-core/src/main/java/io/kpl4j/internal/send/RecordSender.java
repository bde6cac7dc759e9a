// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import io.kpl4j.internal.batch.PutRecordsBatch;
import java.util.function.Consumer;

/** Port: sends one batch. Thread-safe. */
public interface RecordSender {

  /**
   * Sends a batch once, without retries of its own; never throws and never blocks the caller.
   *
   * @param batch what to send
   * @param onReply told once, on any thread
   */
  void send(PutRecordsBatch batch, Consumer<PutRecordsReply> onReply);
}
