// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import com.google.protobuf.CodedInputStream;
import java.io.IOException;

/**
 * Walks once over the protobuf message of an aggregate and tells a visitor what it meets, refusing
 * exactly what protobuf's own parser refuses for the schema in the package's description. Confined
 * to one walk; it keeps nothing and allocates nothing for what it meets.
 */
final class MessageWalk {

  /** Receives what a message holds, in wire order; offsets count from the array's start. */
  interface Visitor {

    void partitionKey(int offset, int length);

    void explicitHashKey(int offset, int length);

    /**
     * Receives a user record.
     *
     * @param explicitHashKeyIndex or {@link #NO_INDEX}
     */
    void record(int partitionKeyIndex, int explicitHashKeyIndex, int offset, int length);
  }

  /** Stands for the explicit hash key's index of a user record that has none. */
  static final int NO_INDEX = -1;

  /** As deep as protobuf follows messages and groups in each other. */
  private static final int MAX_DEPTH = 100;

  private static final int TYPE_BITS = 3;
  private static final int TYPE_MASK = 7;
  private static final int VARINT = 0;
  private static final int START_GROUP = 3;
  private static final int END_GROUP = 4;

  private final CodedInputStream in;
  private final int start;
  private final Visitor visitor;

  private MessageWalk(CodedInputStream in, int start, Visitor visitor) {
    this.in = in;
    this.start = start;
    this.visitor = visitor;
  }

  /**
   * Walks over the message in a part of an array.
   *
   * @throws IOException if that is no such message
   */
  static void walk(byte[] bytes, int offset, int length, Visitor visitor) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(bytes, offset, length);
    new MessageWalk(in, offset, visitor).message();
  }

  private void message() throws IOException {
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case Wire.PARTITION_KEY_TAG -> {
          int length = in.readRawVarint32();
          visitor.partitionKey(skip(length), length);
        }
        case Wire.EXPLICIT_HASH_KEY_TAG -> {
          int length = in.readRawVarint32();
          visitor.explicitHashKey(skip(length), length);
        }
        case Wire.RECORD_TAG -> {
          int outer = in.pushLimit(in.readRawVarint32());
          record();
          in.popLimit(outer);
        }
        default -> unknown(tag, 0);
      }
    }
  }

  private void record() throws IOException {
    int partitionKeyIndex = NO_INDEX;
    int explicitHashKeyIndex = NO_INDEX;
    int dataOffset = -1;
    int dataLength = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      switch (tag) {
        case Wire.RECORD_PARTITION_KEY_INDEX_TAG -> partitionKeyIndex = index();
        case Wire.RECORD_EXPLICIT_HASH_KEY_INDEX_TAG -> explicitHashKeyIndex = index();
        case Wire.RECORD_DATA_TAG -> {
          dataLength = in.readRawVarint32();
          dataOffset = skip(dataLength);
        }
        case Wire.RECORD_LABEL_TAG -> {
          int outer = in.pushLimit(in.readRawVarint32());
          label();
          in.popLimit(outer);
        }
        default -> unknown(tag, 1);
      }
    }
    if (partitionKeyIndex == NO_INDEX || dataOffset < 0) {
      throw new IOException("a record lacks its partition key index or its data");
    }
    visitor.record(partitionKeyIndex, explicitHashKeyIndex, dataOffset, dataLength);
  }

  /**
   * A record's label ("tag" in the schema): nobody reads it, but without its key it is malformed.
   */
  private void label() throws IOException {
    boolean hasKey = false;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      hasKey |= tag == Wire.LABEL_KEY_TAG;
      unknown(tag, 2);
    }
    if (!hasKey) {
      throw new IOException("a label lacks its key");
    }
  }

  /**
   * The lower half of a 64-bit index, as the KCL takes it; what that makes negative is in no table.
   */
  private int index() throws IOException {
    int index = (int) in.readUInt64();
    return index < 0 ? Integer.MAX_VALUE : index;
  }

  /** Skips bytes and returns the offset of the first. */
  private int skip(int length) throws IOException {
    int offset = start + in.getTotalBytesRead();
    in.skipRawBytes(length);
    return offset;
  }

  private void unknown(int tag, int depth) throws IOException {
    switch (tag & TYPE_MASK) {
      // Read, not skipped: protobuf's reading forgives an overlong number, its skipping does not.
      case VARINT -> in.readRawVarint64();
      case START_GROUP -> group(tag, depth);
      // It ends no group of ours.
      case END_GROUP -> in.checkLastTagWas(0);
      default -> in.skipField(tag);
    }
  }

  /**
   * Skipped here, as early versions of protobuf follow groups without a limit until the stack ends.
   */
  private void group(int startTag, int depth) throws IOException {
    if (depth >= MAX_DEPTH) {
      throw new IOException("groups in each other: more than " + MAX_DEPTH);
    }
    int endTag = startTag >>> TYPE_BITS << TYPE_BITS | END_GROUP;
    int tag = in.readTag();
    while (tag != 0 && (tag & TYPE_MASK) != END_GROUP) {
      unknown(tag, depth + 1);
      tag = in.readTag();
    }
    in.checkLastTagWas(endTag);
  }
}
