// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.KinesisProducerConfig;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Where the records go and are read again. Thread-safe. */
interface Endpoint extends AutoCloseable {

  /** What it is, for people. */
  String name();

  /** The stream that the records go to. */
  String stream();

  /** The producer's configuration, this endpoint in it. */
  KinesisProducerConfig config();

  /** Who the producer is. */
  AwsCredentialsProvider credentials();

  /** A client to read with; closed with the endpoint. */
  KinesisAsyncClient client();

  /** Between two reads of a shard; Kinesis allows five a second. */
  Duration readPause();

  /**
   * The records of a shard up to this one were read and will not be read again.
   *
   * @param shardId the shard
   * @param sequenceNumber the last of them
   */
  default void consumed(String shardId, String sequenceNumber) {}

  @Override
  void close();
}
