// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import com.google.protobuf.ByteString;
import io.kpl4j.aggregation.reference.Reference;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Aggregates made by protobuf's own generated classes, and envelopes around any bytes. */
final class Envelopes {

  private Envelopes() {}

  /** Magic, these bytes, their MD5. */
  static byte[] around(byte[] message) {
    return ByteBuffer.allocate(message.length + 20)
        .putInt(0xF3899AC2)
        .put(message)
        .put(md5(message))
        .array();
  }

  static byte[] around(Reference.AggregatedRecord.Builder message) {
    return around(message.build().toByteArray());
  }

  static Reference.AggregatedRecord.Builder message(List<Put> puts) {
    Map<String, Integer> partitionKeys = new LinkedHashMap<>();
    Map<String, Integer> explicitHashKeys = new LinkedHashMap<>();
    Reference.AggregatedRecord.Builder message = Reference.AggregatedRecord.newBuilder();
    for (Put put : puts) {
      Reference.Record.Builder record =
          message
              .addRecordsBuilder()
              .setPartitionKeyIndex(indexOf(partitionKeys, put.partitionKey()))
              .setData(ByteString.copyFrom(put.bytes()));
      String explicitHashKey = put.explicitHashKey();
      if (explicitHashKey != null) {
        record.setExplicitHashKeyIndex(indexOf(explicitHashKeys, explicitHashKey));
      }
    }
    return message
        .addAllPartitionKeyTable(partitionKeys.keySet())
        .addAllExplicitHashKeyTable(explicitHashKeys.keySet());
  }

  private static int indexOf(Map<String, Integer> table, String key) {
    int next = table.size();
    return table.computeIfAbsent(key, absent -> next);
  }

  private static byte[] md5(byte[] bytes) {
    try {
      return MessageDigest.getInstance("MD5").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
