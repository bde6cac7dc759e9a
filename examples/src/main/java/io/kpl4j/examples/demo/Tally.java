// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

/**
 * How far the producer has come. Immutable.
 *
 * @param records user records stored
 * @param bytes their data
 * @param recordsPerKinesisRecord user records in a Kinesis record, on average
 * @param latency from put to the service's answer
 * @param throttled Kinesis records refused because their shard took no more
 * @param retried Kinesis records sent again, for whatever reason
 */
record Tally(
    long records,
    long bytes,
    double recordsPerKinesisRecord,
    Latency latency,
    long throttled,
    long retried) {

  /**
   * Latency of all user records so far.
   *
   * @param p50Nanos half are not slower
   * @param p99Nanos 99 of 100 are not slower
   */
  record Latency(long p50Nanos, long p99Nanos) {}
}
