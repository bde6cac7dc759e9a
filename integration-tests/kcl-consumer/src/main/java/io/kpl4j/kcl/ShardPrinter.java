// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.kcl;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import software.amazon.kinesis.exceptions.InvalidStateException;
import software.amazon.kinesis.exceptions.ShutdownException;
import software.amazon.kinesis.lifecycle.events.InitializationInput;
import software.amazon.kinesis.lifecycle.events.LeaseLostInput;
import software.amazon.kinesis.lifecycle.events.ProcessRecordsInput;
import software.amazon.kinesis.lifecycle.events.ShardEndedInput;
import software.amazon.kinesis.lifecycle.events.ShutdownRequestedInput;
import software.amazon.kinesis.processor.RecordProcessorCheckpointer;
import software.amazon.kinesis.processor.ShardRecordProcessor;
import software.amazon.kinesis.retrieval.KinesisClientRecord;

/**
 * Prints a line when a shard begins, for each user record, and when the shard ends; called by one
 * thread at a time. A line for a record has shard, sequence number, sub-sequence number, partition
 * key and data, the last two in hexadecimal.
 */
final class ShardPrinter implements ShardRecordProcessor {

  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
  private static final HexFormat HEX = HexFormat.of();

  private String shardId = "";

  @Override
  public void initialize(InitializationInput input) {
    shardId = input.shardId();
    OUT.println("began " + shardId);
  }

  @Override
  public void processRecords(ProcessRecordsInput input) {
    for (KinesisClientRecord record : input.records()) {
      OUT.println(
          String.join(
              " ",
              "record",
              shardId,
              record.sequenceNumber(),
              Long.toString(record.subSequenceNumber()),
              HEX.formatHex(record.partitionKey().getBytes(StandardCharsets.UTF_8)),
              hex(record.data())));
    }
    checkpoint(input.checkpointer());
  }

  @Override
  public void leaseLost(LeaseLostInput input) {
    OUT.println("lost " + shardId);
  }

  @Override
  public void shardEnded(ShardEndedInput input) {
    checkpoint(input.checkpointer());
    OUT.println("ended " + shardId);
  }

  @Override
  public void shutdownRequested(ShutdownRequestedInput input) {
    checkpoint(input.checkpointer());
  }

  private static void checkpoint(RecordProcessorCheckpointer checkpointer) {
    try {
      checkpointer.checkpoint();
    } catch (ShutdownException e) {
      // The lease is gone; whoever has it goes on from the checkpoint before.
    } catch (InvalidStateException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String hex(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return HEX.formatHex(bytes);
  }
}
