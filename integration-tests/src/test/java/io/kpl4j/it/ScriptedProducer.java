// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.Attempt;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.RecordResult;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * A process with a producer, which does what its standard input says and prints what becomes of
 * each record, at once. It ends with its standard input.
 */
final class ScriptedProducer {

  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);

  private final KinesisProducer producer;
  private final AtomicInteger ids = new AtomicInteger();

  private ScriptedProducer(KinesisProducer producer) {
    this.producer = producer;
  }

  /** Each argument is a line of the producer's properties file. */
  public static void main(String[] arguments) throws IOException {
    Properties properties = new Properties();
    for (String argument : arguments) {
      String[] pair = argument.split("=", 2);
      properties.setProperty(pair[0], pair[1]);
    }
    ScriptedProducer script =
        new ScriptedProducer(
            KinesisProducer.builder()
                .config(KinesisProducerConfig.fromProperties(properties))
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create("access", "secret")))
                .events(new FailedRequests(OUT))
                .closeOnShutdown(true)
                .build());
    try (BufferedReader input = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      for (String line = input.readLine(); line != null; line = input.readLine()) {
        script.obey(line);
      }
    }
    Runtime.getRuntime().halt(0);
  }

  private void obey(String line) throws IOException {
    switch (line) {
      case "put on and on" -> List.of("a", "b").forEach(this::putOnAndOn);
      case "flush" -> {
        producer.flush().join();
        OUT.println("flushed");
      }
      case "write a file" -> OUT.println(writeFile());
      case "close" -> {
        producer.close();
        OUT.println("closed");
      }
      default -> {
        int count = Integer.parseInt(line.substring("put ".length()));
        for (int i = 0; i < count; i++) {
          put();
        }
        OUT.println("put");
      }
    }
  }

  private void putOnAndOn(String name) {
    Thread thread = new Thread(this::putUntilClosed, "putter-" + name);
    thread.setDaemon(true);
    thread.start();
  }

  private void putUntilClosed() {
    try {
      while (true) {
        put();
        LockSupport.parkNanos(100_000);
      }
    } catch (RecordRefusedException closed) {
      // No more is accepted.
    }
  }

  private void put() {
    String id = Integer.toString(ids.incrementAndGet());
    var unused =
        producer
            .put("s", "key-" + id, id.getBytes(UTF_8))
            .whenComplete((result, failure) -> completed(id, result, failure));
    OUT.println("accepted " + id);
  }

  private static void completed(
      String id, @Nullable RecordResult result, @Nullable Throwable failure) {
    if (result != null) {
      result.attempts().stream()
          .flatMap(attempt -> attempt.errorMessage().stream())
          .distinct()
          .forEach(message -> OUT.println("after " + message.replace('\n', ' ')));
      if (result.mayBeDuplicated()) {
        OUT.println("doubtful " + id);
      }
      OUT.println("stored " + id);
    } else if (failure instanceof RecordFailedException failed) {
      List<Attempt> attempts = failed.attempts();
      OUT.printf("failed %s %s %d %s\n", id, failed.reason(), failed.attemptCount(), attempts);
    } else {
      OUT.println("failed " + id + " " + failure);
    }
  }

  private static String writeFile() {
    try {
      Path file = Files.createTempFile("full", null);
      try {
        Files.writeString(file, "something");
      } finally {
        Files.delete(file);
      }
      return "written";
    } catch (IOException e) {
      return "not written: " + e;
    }
  }
}
