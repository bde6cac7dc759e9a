// SPDX-License-Identifier: Apache-2.0
/**
 * The aggregated-record format of the Kinesis Producer Library. Usable from a KCL application, a
 * Lambda function or a plain SDK client without the producer.
 *
 * <p>A consumer needs one call, {@link io.kpl4j.aggregation.AggregateDecoder#deaggregate(String,
 * java.nio.ByteBuffer) AggregateDecoder.deaggregate}; a producer fills an {@link
 * io.kpl4j.aggregation.AggregateEncoder}, seals it and joins the {@link
 * io.kpl4j.aggregation.SealedAggregate}.
 *
 * <h2>Wire layout</h2>
 *
 * <pre>
 * Kinesis record's data                          message (protobuf, proto2)
 * +--------+----------------------------+        +-----+----------------------------------------+
 * |  0     | F3 89 9A C2 (magic)        |        | tag | field                                  |
 * +--------+----------------------------+        +-----+----------------------------------------+
 * |  4     | message, n bytes           |        | 0A  | partition key         length, UTF-8  * |
 * +--------+----------------------------+        | 12  | explicit hash key     length, digits * |
 * |  4 + n | MD5 of the message         |        | 1A  | record                length, body   * |
 * +--------+----------------------------+        +-----+----------------------------------------+
 *   20 + n   end                                            * any number of times
 *
 * body of a record                               label of a record
 * +-----+-------------------------------+        +-----+----------------------------------------+
 * | tag | field                         |        | tag | field                                  |
 * +-----+-------------------------------+        +-----+----------------------------------------+
 * | 08  | partition key index    varint |        | 0A  | key                   length, UTF-8    |
 * | 10  | explicit hash key index  v. ? |        | 12  | value                 length, UTF-8  ? |
 * | 1A  | data            length, bytes |        +-----+----------------------------------------+
 * | 22  | label           length, *     |                 ? may be missing
 * +-----+-------------------------------+
 * </pre>
 *
 * <p>Indexes count the keys of their kind from 0. The KPL, and this package, write all partition
 * keys, then all explicit hash keys, then all records, each table in the order of first use and
 * without doubles, a record's index and data also where they are 0 or empty, and no labels. A lone
 * user record is sent raw, without an envelope. A consumer derives a record's place on the ring of
 * hash keys from its explicit hash key, else from the MD5 of its partition key; the keys of the
 * Kinesis record itself only route it.
 */
@NullMarked
package io.kpl4j.aggregation;

import org.jspecify.annotations.NullMarked;
