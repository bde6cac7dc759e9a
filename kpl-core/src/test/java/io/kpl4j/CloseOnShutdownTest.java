// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kpl4j.aggregation.AggregateDecoder;
import io.kpl4j.testkit.KinesisTestServer;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A producer that closes itself when its virtual machine is ended by SIGTERM. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CloseOnShutdownTest {

  private static final int SIGTERM_EXIT = 128 + 15;
  private static final int RECORDS = 2_000;

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void terminated_closeOnShutdown_everythingAcceptedIsStored() throws Exception {
    assertThat(storedBy(true))
        .isEqualTo(IntStream.range(0, RECORDS).mapToObj(i -> "r" + i).collect(Collectors.toSet()));
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void terminated_withoutIt_whatIsBufferedIsLost() throws Exception {
    assertThat(storedBy(false)).isEmpty();
  }

  /** Lets another virtual machine buffer records, ends it, and reads what is stored then. */
  private static Set<String> storedBy(boolean closeOnShutdown) throws Exception {
    try (KinesisTestServer server = KinesisTestServer.builder().stream("s", 4).start()) {
      Process process =
          new ProcessBuilder(
                  List.of(
                      Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                      "-Xmx128m",
                      "-cp",
                      classPath(),
                      BufferAndWait.class.getName(),
                      server.endpoint().toString(),
                      Integer.toString(RECORDS),
                      Boolean.toString(closeOnShutdown)))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader output =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
        assertThat(output.readLine()).isEqualTo("accepted " + RECORDS);
        process.destroy();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(SIGTERM_EXIT);
      } finally {
        process.destroyForcibly();
      }
      return server.records("s").stream()
          .flatMap(
              stored ->
                  AggregateDecoder.deaggregate(
                      stored.partitionKey(), ByteBuffer.wrap(stored.data()))
                      .stream())
          .map(record -> UTF_8.decode(record.data()).toString())
          .collect(Collectors.toSet());
    }
  }

  /** Of this JVM, which has the project's own classes on its module path or on its class path. */
  private static String classPath() {
    return String.join(
        File.pathSeparator,
        System.getProperty("java.class.path"),
        System.getProperty("jdk.module.path", ""),
        Path.of("target", "test-classes").toAbsolutePath().toString(),
        Path.of("target", "classes").toAbsolutePath().toString());
  }

  /** The other virtual machine's program: puts records that linger, and waits to be ended. */
  static final class BufferAndWait {

    private BufferAndWait() {}

    /** Endpoint, number of records, and whether to close on shutdown. */
    public static void main(String[] arguments) throws InterruptedException {
      KinesisProducer producer =
          KinesisProducer.builder()
              .config(
                  KinesisProducerConfig.builder()
                      .region("us-east-1")
                      .metricsLevel(MetricsLevel.NONE)
                      .kinesisEndpoint(arguments[0])
                      .recordMaxBufferedTime(Duration.ofHours(1))
                      .recordTtl(KinesisProducerConfig.FOREVER)
                      .build())
              .credentialsProvider(Producers.CREDENTIALS)
              .closeOnShutdown(Boolean.parseBoolean(arguments[2]))
              .build();
      int records = Integer.parseInt(arguments[1]);
      for (int i = 0; i < records; i++) {
        var unused = producer.put("s", "key-" + i, ("r" + i).getBytes(UTF_8));
      }
      System.out.println("accepted " + records);
      Thread.currentThread().join();
    }
  }

  @Test
  void close_ofAProducerWithAHook_isForgottenByTheVirtualMachine() {
    WeakReference<KinesisProducer> producer = closed();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              System.gc();
              return producer.get() == null;
            });
  }

  private static WeakReference<KinesisProducer> closed() {
    KinesisProducer producer =
        new ScriptedKinesis().producer(config -> {}).closeOnShutdown(true).build();
    producer.close();
    return new WeakReference<>(producer);
  }
}
