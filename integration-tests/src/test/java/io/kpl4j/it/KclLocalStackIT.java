// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.it.ShardReader.Seen;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Shard;

/** What an application of the KCL is given of what was put, while shards split and merge. */
@ExtendWith(LocalStack.class)
class KclLocalStackIT {

  private static final int RECORDS = 9_000;
  private static final String END = "the end";

  private final long startNanos = System.nanoTime();

  /** The KCL lists the shards whenever it meets a new one, so it knows the range of each. */
  @Test
  void put_splitAndMergeInMidStream_theKclIsGivenEachRecordOnce(
      LocalStackEndpoint localStack, @TempDir Path logs) throws Exception {
    Run run = run(Duration.ZERO, localStack, logs);
    assertThat(without(run.expected, run.given)).as("not given").isEmpty();
    assertThat(without(run.given, run.expected)).as("given beside").isEmpty();
    assertThat(run.mayBeDuplicated).as("misplaced by the split").isNotEmpty();
  }

  /**
   * By its default the KCL knows no ranges of new shards for up to 30 s, and meanwhile drops no
   * aggregate that lies on the wrong one: their records, which were sent again, it gives twice.
   */
  @Test
  void put_splitAndMergeAndAnOldListOfShards_twiceOnlyWhatMayBeDuplicated(
      LocalStackEndpoint localStack, @TempDir Path logs) throws Exception {
    Run run = run(Duration.ofSeconds(30), localStack, logs);
    assertThat(without(run.expected, run.given)).as("not given").isEmpty();
    assertThat(data(without(run.given, run.expected))).isSubsetOf(run.mayBeDuplicated);
  }

  /** What was put, as its results say; what the KCL gave; data of what may be duplicated. */
  private record Run(Set<Seen> expected, Set<Seen> given, Set<String> mayBeDuplicated) {}

  private Run run(Duration shardListAge, LocalStackEndpoint localStack, Path logs)
      throws Exception {
    try (KinesisAsyncClient client = localStack.kinesis();
        LeaseTables leases = LeaseTables.start(logs)) {
      String stream = localStack.createStream(client, 2);
      Shards shards = new Shards(client, stream);
      try (KclApplication application =
          KclApplication.start(shardListAge, stream, localStack, leases, logs)) {
        say("it starts, with SDK " + application.sdkVersion());
        // One that saw the stream after the split only would refuse LocalStack's list of shards.
        application.awaitBegan(ids(shards.open()));
        say("it reads");
        List<UserRecord> records = MixedRecords.of(stream, RECORDS);
        List<CompletableFuture<RecordResult>> futures = putAll(records, client, shards, localStack);
        Set<String> mayBeDuplicated = mayBeDuplicated(records, futures);
        say(RECORDS + " stored, " + mayBeDuplicated.size() + " of them sent again");

        // Behind all that is there: who was given these was given all of the stream.
        shards.open().forEach(shard -> putEnd(client, stream, shard));
        application.awaitRecord(END, ids(shards.open()));
        return new Run(
            MixedRecords.expected(records, futures), given(application), mayBeDuplicated);
      }
    }
  }

  private static List<CompletableFuture<RecordResult>> putAll(
      List<UserRecord> records,
      KinesisAsyncClient client,
      Shards shards,
      LocalStackEndpoint localStack) {
    List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
    try (KinesisProducer producer = localStack.producer(client)) {
      for (int i = 0; i < records.size(); i++) {
        futures.add(producer.put(records.get(i)));
        if (i == records.size() / 3) {
          // Of the first third some is read, some is in flight and some is open.
          futures.get(0).join();
          shards.splitFirst();
        } else if (i == records.size() * 2 / 3) {
          futures.get(records.size() / 3 + 1).join();
          shards.mergeLast();
        }
      }
    }
    return futures;
  }

  private static void putEnd(KinesisAsyncClient client, String stream, Shard shard) {
    client
        .putRecord(
            request ->
                request
                    .streamName(stream)
                    .partitionKey(END)
                    .explicitHashKey(shard.hashKeyRange().startingHashKey())
                    .data(SdkBytes.fromUtf8String(END)))
        .join();
  }

  /**
   * The places of the user records that it was given. The KCL may give those behind its last
   * checkpoint again, as when its lease ran out on a busy machine: from the same place.
   */
  private Set<Seen> given(KclApplication application) {
    List<Seen> all =
        application.seen().stream().filter(seen -> !seen.partitionKey().equals(END)).toList();
    Set<Seen> places = new HashSet<>(all);
    say(
        "%d given, %d of them again by the KCL, %d twice on the stream"
            .formatted(
                all.size(), all.size() - places.size(), places.size() - data(places).size()));
    return places;
  }

  private static Set<String> mayBeDuplicated(
      List<UserRecord> records, List<CompletableFuture<RecordResult>> futures) {
    Set<String> data = new HashSet<>();
    for (int i = 0; i < records.size(); i++) {
      if (futures.get(i).join().mayBeDuplicated()) {
        data.add(ShardReader.hex(records.get(i).data()));
      }
    }
    return data;
  }

  private static Set<String> data(Set<Seen> seen) {
    return seen.stream().map(Seen::data).collect(toSet());
  }

  private static Set<Seen> without(Set<Seen> all, Set<Seen> some) {
    Set<Seen> rest = new HashSet<>(all);
    rest.removeAll(some);
    return rest;
  }

  private static Set<String> ids(List<Shard> shards) {
    return shards.stream().map(Shard::shardId).collect(toSet());
  }

  private void say(String what) {
    long seconds = (System.nanoTime() - startNanos) / 1_000_000_000;
    System.out.println("KCL, after " + seconds + " s: " + what);
  }
}
