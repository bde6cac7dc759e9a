// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kpl4j.testkit.internal.stream.PutEntry;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.wire.Fields;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads put requests as they stream by: a blob is copied once, out of the body, or only counted.
 * Immutable.
 */
final class PutRequestReader {

  private static final int MAX_KEY_CHARS = 256;
  private static final Pattern HASH_KEY = Pattern.compile("0|([1-9]\\d{0,38})");

  private final boolean keepData;

  PutRequestReader(boolean keepData) {
    this.keepData = keepData;
  }

  /**
   * A put of any number of entries.
   *
   * @param streamName the stream, if named
   * @param streamArn the stream, if named by ARN
   * @param entries the entries in their order
   */
  record PutRequest(
      @Nullable String streamName, @Nullable String streamArn, List<PutEntry> entries) {}

  /** Reads a request with a list of records. */
  PutRequest readMany(JsonParser parser) throws IOException {
    String name = null;
    String arn = null;
    List<PutEntry> entries = new ArrayList<>();
    expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
    while (nextField(parser)) {
      switch (parser.currentName()) {
        case "StreamName" -> name = text(parser);
        case "StreamARN" -> arn = text(parser);
        case "Records" -> readEntries(parser, entries);
        default -> skip(parser);
      }
    }
    return new PutRequest(name, arn, entries);
  }

  private void readEntries(JsonParser parser, List<PutEntry> entries) throws IOException {
    expect(parser, parser.nextToken(), JsonToken.START_ARRAY);
    Blob blob = new Blob();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      expect(parser, parser.currentToken(), JsonToken.START_OBJECT);
      Draft draft = new Draft(blob);
      while (nextField(parser)) {
        if (!draft.read(parser)) {
          skip(parser);
        }
      }
      entries.add(draft.toEntry("records." + (entries.size() + 1) + ".member."));
    }
  }

  /** Reads a request that is itself one record. */
  PutRequest readOne(JsonParser parser) throws IOException {
    String name = null;
    String arn = null;
    Draft draft = new Draft(new Blob());
    expect(parser, parser.nextToken(), JsonToken.START_OBJECT);
    while (nextField(parser)) {
      switch (parser.currentName()) {
        case "StreamName" -> name = text(parser);
        case "StreamARN" -> arn = text(parser);
        default -> {
          if (!draft.read(parser)) {
            skip(parser);
          }
        }
      }
    }
    return new PutRequest(name, arn, List.of(draft.toEntry("")));
  }

  /** Moves to the next field's name; false at the end of the object. */
  private static boolean nextField(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.END_OBJECT) {
      return false;
    }
    expect(parser, token, JsonToken.FIELD_NAME);
    return true;
  }

  private static void skip(JsonParser parser) throws IOException {
    parser.nextToken();
    parser.skipChildren();
  }

  private static @Nullable String text(JsonParser parser) throws IOException {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    expect(parser, token, JsonToken.VALUE_STRING);
    return parser.getText();
  }

  private static void expect(JsonParser parser, @Nullable JsonToken found, JsonToken wanted)
      throws IOException {
    if (found != wanted) {
      throw new JsonParseException(parser, "expected " + wanted + ", found " + found);
    }
  }

  /** The fields of an entry so far. Confined to its call. */
  private final class Draft {

    private final Blob blob;
    private @Nullable String partitionKey;
    private @Nullable String explicitHashKey;
    private byte @Nullable [] data;
    private int dataBytes = -1;
    private int userRecords;

    Draft(Blob blob) {
      this.blob = blob;
    }

    /** Takes the field the parser stands on; false if it is none of an entry's. */
    boolean read(JsonParser parser) throws IOException {
      switch (parser.currentName()) {
        case "PartitionKey" -> partitionKey = text(parser);
        case "ExplicitHashKey" -> explicitHashKey = text(parser);
        case "Data" -> readData(parser);
        default -> {
          return false;
        }
      }
      return true;
    }

    private void readData(JsonParser parser) throws IOException {
      parser.nextToken();
      if (keepData) {
        byte[] bytes = parser.getBinaryValue();
        data = bytes;
        dataBytes = bytes.length;
        userRecords = UserRecordCount.in(bytes, bytes.length);
      } else {
        blob.reset();
        dataBytes = parser.readBinaryValue(blob);
        userRecords = UserRecordCount.in(blob.array(), dataBytes);
      }
    }

    PutEntry toEntry(String prefix) {
      if (dataBytes < 0) {
        throw Fields.missing(prefix + "data");
      }
      checkPartitionKey(prefix);
      if (explicitHashKey != null && !HASH_KEY.matcher(explicitHashKey).matches()) {
        throw Refusal.validation(
            "Value '"
                + explicitHashKey
                + "' at '"
                + prefix
                + "explicitHashKey' failed to satisfy constraint: Member must satisfy regular "
                + "expression pattern: 0|([1-9]\\d{0,38})");
      }
      return new PutEntry(
          partitionKey, explicitHashKey, new PutEntry.Content(dataBytes, userRecords, data));
    }

    /** Whether one is needed is the stream's affair. */
    private void checkPartitionKey(String prefix) {
      if (partitionKey == null) {
        return;
      }
      int keyChars = partitionKey.codePointCount(0, partitionKey.length());
      if (keyChars < 1 || keyChars > MAX_KEY_CHARS) {
        throw Refusal.validation(
            "Value at '"
                + prefix
                + "partitionKey' failed to satisfy constraint: Member must have length within 1 "
                + "and 256");
      }
    }
  }

  /** Data that is looked at and forgotten; one entry's after the other's. Confined to its call. */
  private static final class Blob extends ByteArrayOutputStream {

    byte[] array() {
      return buf;
    }
  }
}
