// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static io.kpl4j.MetricsLevel.DETAILED;
import static io.kpl4j.MetricsLevel.SUMMARY;
import static io.kpl4j.metrics.Measure.BYTES;
import static io.kpl4j.metrics.Measure.BYTE_SIZES;
import static io.kpl4j.metrics.Measure.EVENTS;
import static io.kpl4j.metrics.Measure.LEVEL;
import static io.kpl4j.metrics.Measure.SHARE;
import static io.kpl4j.metrics.Measure.SIZES;
import static io.kpl4j.metrics.Measure.TIMES;
import static io.kpl4j.metrics.Metric.Depth.SHARD;
import static io.kpl4j.metrics.Metric.Depth.SHARD_AND_ERROR;
import static io.kpl4j.metrics.Metric.Depth.STREAM;

import io.kpl4j.MetricsLevel;

/**
 * All metrics, with name, unit, level and dimensions. Immutable.
 *
 * <p>Names and levels are the KPL's where it has the metric. {@code docs/metrics.md} shows the same
 * table.
 */
enum Metric {
  USER_RECORDS_RECEIVED(
      "UserRecordsReceived",
      "kpl4j.user.records.received",
      EVENTS,
      DETAILED,
      STREAM,
      "User records accepted by `put`."),
  USER_RECORDS_PENDING(
      "UserRecordsPending",
      "kpl4j.user.records.pending",
      LEVEL,
      DETAILED,
      STREAM,
      "User records accepted and without a result, looked at five times a second."),
  USER_RECORDS_DROPPED(
      "UserRecordsDropped",
      "kpl4j.user.records.dropped",
      EVENTS,
      SUMMARY,
      STREAM,
      "User records that `AdmissionPolicy=drop` dropped, as the buffer was full."),
  USER_RECORDS_PUT(
      "UserRecordsPut",
      "kpl4j.user.records.put",
      EVENTS,
      SUMMARY,
      SHARD,
      "User records finished: 1 for each that was stored, 0 for each that failed."),
  USER_RECORDS_DATA_PUT(
      "UserRecordsDataPut",
      "kpl4j.user.records.data.put",
      BYTES,
      DETAILED,
      SHARD,
      "Data of the user records that were stored, without keys."),
  USER_RECORDS_FAILED(
      "UserRecordsFailed",
      "kpl4j.user.records.failed",
      EVENTS,
      DETAILED,
      SHARD_AND_ERROR,
      "User records that completed exceptionally, by the code of their last error."),
  USER_RECORD_EXPIRED(
      "UserRecordExpired",
      "kpl4j.user.records.expired",
      EVENTS,
      SUMMARY,
      SHARD,
      "User records given up because `RecordTtl` was over."),
  USER_RECORD_LATENCY(
      "UserRecordLatency",
      "kpl4j.user.records.latency",
      TIMES,
      DETAILED,
      SHARD,
      "From the acceptance of a user record by `put` to its result, for those that were stored."),
  USER_RECORDS_THROTTLED(
      "UserRecordsThrottled",
      "kpl4j.user.records.throttled",
      EVENTS,
      DETAILED,
      SHARD,
      "User records in entries that were refused because the shard's throughput was exceeded."),
  USER_RECORDS_MISPLACED(
      "UserRecordsMisplaced",
      "kpl4j.user.records.misplaced",
      EVENTS,
      SUMMARY,
      SHARD,
      "User records in aggregates that consumers drop because of a reshard; they are sent again."),
  USER_RECORDS_OUTCOME_UNKNOWN(
      "UserRecordsOutcomeUnknown",
      "kpl4j.user.records.outcome.unknown",
      EVENTS,
      DETAILED,
      SHARD,
      "User records in attempts of which it is not known whether they were stored."),
  RETRIES_PER_RECORD(
      "RetriesPerRecord",
      "kpl4j.user.records.retries",
      SIZES,
      DETAILED,
      SHARD,
      "Attempts after the first that a user record took until it was finished."),
  KINESIS_RECORDS_PUT(
      "KinesisRecordsPut",
      "kpl4j.kinesis.records.put",
      EVENTS,
      SUMMARY,
      SHARD,
      "Attempts of Kinesis records: 1 for each that was stored, 0 for each that was not."),
  KINESIS_RECORDS_DATA_PUT(
      "KinesisRecordsDataPut",
      "kpl4j.kinesis.records.data.put",
      BYTES,
      DETAILED,
      SHARD,
      "Data of the Kinesis records that were stored."),
  KINESIS_RECORDS_DATA_MISPLACED(
      "KinesisRecordsDataMisplaced",
      "kpl4j.kinesis.records.data.misplaced",
      BYTES,
      DETAILED,
      SHARD,
      "Data of the aggregates that consumers drop because of a reshard: bytes paid for twice."),
  ERRORS_BY_CODE(
      "ErrorsByCode",
      "kpl4j.errors",
      EVENTS,
      SUMMARY,
      SHARD_AND_ERROR,
      "Errors by code: 1 for each Kinesis record that was refused, 1 for each call that failed."),
  ALL_ERRORS(
      "AllErrors",
      Metric.NO_METER,
      EVENTS,
      SUMMARY,
      SHARD,
      "The same without codes, and 0 for each Kinesis record that was stored."),
  BUFFERING_TIME(
      "BufferingTime",
      "kpl4j.buffering.time",
      TIMES,
      SUMMARY,
      SHARD,
      "From the acceptance of a Kinesis record's oldest user record, or the end of its last attempt,"
          + " to the start of an attempt."),
  TOKEN_WAIT_TIME(
      "TokenWaitTime",
      "kpl4j.token.wait.time",
      TIMES,
      DETAILED,
      SHARD,
      "For how long a Kinesis record waited for its shard's rate limit, beyond its linger."),
  SLOT_WAIT_TIME(
      "SlotWaitTime",
      "kpl4j.slot.wait.time",
      TIMES,
      DETAILED,
      SHARD,
      "For how long a Kinesis record that could have gone waited for a free call."),
  SHARD_RATE(
      "ShardRate",
      "kpl4j.shard.rate",
      SHARE,
      DETAILED,
      SHARD,
      "How fast the producer lets itself send to a shard, as a part of what a shard takes; told"
          + " when it changes."),
  REQUEST_TIME(
      "RequestTime",
      "kpl4j.request.time",
      TIMES,
      DETAILED,
      STREAM,
      "From the hand-over of a PutRecords call to the end of its reply, failed calls too."),
  USER_RECORDS_PER_KINESIS_RECORD(
      "UserRecordsPerKinesisRecord",
      "kpl4j.user.records.per.kinesis.record",
      SIZES,
      DETAILED,
      SHARD,
      "User records in a Kinesis record, each time it is sent."),
  KINESIS_RECORDS_PER_REQUEST(
      "KinesisRecordsPerPutRecordsRequest",
      "kpl4j.kinesis.records.per.request",
      SIZES,
      DETAILED,
      STREAM,
      "Kinesis records in a PutRecords call."),
  USER_RECORDS_PER_REQUEST(
      "UserRecordsPerPutRecordsRequest",
      "kpl4j.user.records.per.request",
      SIZES,
      DETAILED,
      STREAM,
      "User records in a PutRecords call."),
  DATA_PER_REQUEST(
      "DataPerPutRecordsRequest",
      "kpl4j.data.per.request",
      BYTE_SIZES,
      DETAILED,
      STREAM,
      "Data and partition keys in a PutRecords call.");

  /** What tells one series of a metric from another, at the finest granularity. */
  enum Depth {
    STREAM,
    SHARD,
    SHARD_AND_ERROR
  }

  /** For a metric that another meter's sum over its tags tells as well. */
  static final String NO_METER = "";

  private final String cloudWatchName;
  private final String meterName;
  private final Measure measure;
  private final MetricsLevel level;
  private final Depth depth;
  private final String meaning;

  Metric(
      String cloudWatchName,
      String meterName,
      Measure measure,
      MetricsLevel level,
      Depth depth,
      String meaning) {
    this.cloudWatchName = cloudWatchName;
    this.meterName = meterName;
    this.measure = measure;
    this.level = level;
    this.depth = depth;
    this.meaning = meaning;
  }

  String cloudWatchName() {
    return cloudWatchName;
  }

  String meterName() {
    return meterName;
  }

  boolean hasMeter() {
    return !meterName.equals(NO_METER);
  }

  Measure measure() {
    return measure;
  }

  MetricsLevel level() {
    return level;
  }

  boolean perShard() {
    return depth != Depth.STREAM;
  }

  boolean perError() {
    return depth == Depth.SHARD_AND_ERROR;
  }

  String meaning() {
    return meaning;
  }
}
