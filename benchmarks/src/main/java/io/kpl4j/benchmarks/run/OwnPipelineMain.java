// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static io.kpl4j.benchmarks.run.Lines.figure;

import com.sun.management.ThreadMXBean;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.MetricsLevel;
import io.kpl4j.benchmarks.NullKinesis;
import io.kpl4j.benchmarks.ProcessTree;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * The process that measures the producer's own work with nothing behind the sender: no marshalling,
 * no signing, no TLS. Hashing is calibrated in the same process. One thread.
 */
public final class OwnPipelineMain {

  private static final int RECORD_BYTES = 100;
  private static final int RECORDS = 100_000;
  private static final int KEYS = 10_000;
  private static final String STREAM = "own";

  private OwnPipelineMain() {}

  /**
   * Measures, tells its parent, ends.
   *
   * @param arguments milliseconds to warm up, milliseconds that are measured, and how often
   */
  public static void main(String[] arguments) {
    var unusedLines = Lines.fromParent();
    long warmUpNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[0]));
    long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(arguments[1]));
    say("keyNanos", Hashing.keyNanos());
    say("md5NanosPerByte", Hashing.md5NanosPerByte());
    KinesisProducerConfig config =
        KinesisProducerConfig.builder()
            .region("us-east-1")
            .metricsLevel(MetricsLevel.NONE)
            .adaptiveRateLimit(false)
            .rateLimit(1_000_000)
            .build();
    NullKinesis kinesis = new NullKinesis();
    try (KinesisProducer producer =
        KinesisProducer.builder()
            .config(config)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
            .kinesisClient(kinesis)
            .build()) {
      producer.warmUp(STREAM).join();
      long unused = put(producer, warmUpNanos);
      for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
        measure(producer, nanos);
      }
    }
    System.exit(0);
  }

  private static void measure(KinesisProducer producer, long nanos) {
    ProcessTree process = ProcessTree.ofThis();
    long allocatedBefore = allocatedBytes();
    ProcessTree.Cpu before = process.cpu();
    long records = put(producer, nanos);
    ProcessTree.Cpu after = process.cpu();
    long allocated = allocatedBytes() - allocatedBefore;
    long cpu = after.totalNanosSince(before) - after.compilerNanosSince(before);
    say("ownNanos", (double) cpu / records);
    say("ownBytes", (double) allocated / records);
  }

  private static long put(KinesisProducer producer, long nanos) {
    String[] keys = Load.keys();
    byte[] data = new byte[RECORD_BYTES];
    long start = System.nanoTime();
    long records = 0;
    do {
      for (int i = 0; i < RECORDS; i++) {
        var unused = producer.put(STREAM, keys[i % KEYS], data);
      }
      producer.flush().join();
      records += RECORDS;
    } while (System.nanoTime() - start < nanos);
    return records;
  }

  /** By all threads that live; the producer's live as long as it does. */
  private static long allocatedBytes() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long bytes = 0;
    for (long each : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      bytes += Math.max(0, each);
    }
    return bytes;
  }

  private static void say(String name, double value) {
    Lines.say(System.out, name, figure(value));
  }
}
