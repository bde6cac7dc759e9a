// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.it.ShardReader.Seen;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** User records of many sizes, and what consumers have to see of them; stateless. */
final class MixedRecords {

  private static final BigInteger RING = BigInteger.ONE.shiftLeft(128);

  private MixedRecords() {}

  /**
   * From a few bytes to over the size of an aggregate, a third with explicit hash keys. Each begins
   * with its number, so that no two are equal.
   */
  static List<UserRecord> of(String stream, int count) {
    SplittableRandom random = new SplittableRandom(7);
    List<UserRecord> records = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] data = new byte[i % 5_000 == 17 ? 60_000 : 4 + random.nextInt(120)];
      random.nextBytes(data);
      ByteBuffer.wrap(data).putInt(i);
      UserRecord record = UserRecord.of(stream, "käufer-" + random.nextInt(800), data);
      if (i % 3 == 0) {
        BigInteger key = new BigInteger(128, new Random(random.nextLong())).mod(RING);
        record = record.withExplicitHashKey(key.toString());
      }
      records.add(record);
    }
    return records;
  }

  /** What a consumer must see: what was put, where the future says that it is. */
  static Set<Seen> expected(
      List<UserRecord> records, List<CompletableFuture<RecordResult>> futures) {
    Set<Seen> expected = new HashSet<>();
    for (int i = 0; i < records.size(); i++) {
      UserRecord record = records.get(i);
      RecordResult result = futures.get(i).join();
      expected.add(
          new Seen(
              result.shardId(),
              result.sequenceNumber(),
              result.subSequenceNumber(),
              record.partitionKey(),
              // Of a record that went alone consumers do not see the explicit hash key.
              null,
              ShardReader.hex(record.data())));
    }
    return expected;
  }

  static Set<Seen> withoutHashKeys(Collection<Seen> seen) {
    return seen.stream()
        .map(
            one ->
                new Seen(
                    one.shardId(),
                    one.sequenceNumber(),
                    one.subSequenceNumber(),
                    one.partitionKey(),
                    null,
                    one.data()))
        .collect(Collectors.toSet());
  }
}
