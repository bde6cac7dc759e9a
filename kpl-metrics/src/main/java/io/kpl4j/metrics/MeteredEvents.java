// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.metrics.Series.Place;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says which values of which metrics each event stands for; the only place that does. Thread-safe,
 * but what it returns for a stream is confined to the loop of one producer.
 */
final class MeteredEvents implements ProducerEvents {

  /** The code that the pipeline gives to records whose time is over; the KPL's own word. */
  private static final String EXPIRED = "Expired";

  private final Series.Source source;
  private final ErrorCodes codes = new ErrorCodes();

  MeteredEvents(Series.Source source) {
    this.source = source;
  }

  @Override
  public StreamEvents stream(String streamName) {
    return new Stream(new Place(streamName, null, null));
  }

  /** The series of one metric and place, by error code. Confined to the loop. */
  private final class ByError {
    private final Metric metric;
    private final Place place;
    private final Map<String, Series> series = new HashMap<>();

    ByError(Metric metric, Place place) {
      this.metric = metric;
      this.place = place;
    }

    void record(String errorCode) {
      series
          .computeIfAbsent(
              codes.dimension(errorCode), code -> source.series(metric, place.withError(code)))
          .record(1);
    }
  }

  private final class Stream implements StreamEvents {
    private final Place place;
    private final Series received;
    private final Series requestTime;
    private final Series kinesisRecordsPerRequest;
    private final Series userRecordsPerRequest;
    private final Series dataPerRequest;
    private final Series allErrors;
    private final ByError errors;

    /**
     * Whether the call that was reported last failed whole. The attempts of its Kinesis records
     * follow in the same turn of the loop, and are then no errors of their own.
     */
    private boolean callFailed;

    Stream(Place place) {
      this.place = place;
      this.received = source.series(Metric.USER_RECORDS_RECEIVED, place);
      this.requestTime = source.series(Metric.REQUEST_TIME, place);
      this.kinesisRecordsPerRequest = source.series(Metric.KINESIS_RECORDS_PER_REQUEST, place);
      this.userRecordsPerRequest = source.series(Metric.USER_RECORDS_PER_REQUEST, place);
      this.dataPerRequest = source.series(Metric.DATA_PER_REQUEST, place);
      this.allErrors = source.series(Metric.ALL_ERRORS, place);
      this.errors = new ByError(Metric.ERRORS_BY_CODE, place);
    }

    @Override
    public ShardEvents shard(@Nullable String shardId) {
      return new Shard(this, new Place(place.streamName(), shardId, null));
    }

    @Override
    public void recordsReceived(int count, long bytes) {
      received.record(1, count);
    }

    @Override
    public void requestFinished(
        int kinesisRecords,
        int userRecords,
        long bytes,
        long durationNanos,
        @Nullable String errorCode) {
      requestTime.record(durationNanos);
      kinesisRecordsPerRequest.record(kinesisRecords);
      userRecordsPerRequest.record(userRecords);
      dataPerRequest.record(bytes);
      callFailed = errorCode != null;
      if (errorCode != null) {
        allErrors.record(1);
        errors.record(errorCode);
      }
    }
  }

  private final class Shard implements ShardEvents {
    private final Stream stream;
    private final Series put;
    private final Series dataPut;
    private final Series latency;
    private final Series retries;
    private final Series expired;
    private final Series throttled;
    private final Series misplaced;
    private final Series dataMisplaced;
    private final Series kinesisPut;
    private final Series kinesisDataPut;
    private final Series bufferingTime;
    private final Series userRecordsPerKinesisRecord;
    private final Series allErrors;
    private final ByError failed;
    private final ByError errors;

    Shard(Stream stream, Place place) {
      this.stream = stream;
      this.put = source.series(Metric.USER_RECORDS_PUT, place);
      this.dataPut = source.series(Metric.USER_RECORDS_DATA_PUT, place);
      this.latency = source.series(Metric.USER_RECORD_LATENCY, place);
      this.retries = source.series(Metric.RETRIES_PER_RECORD, place);
      this.expired = source.series(Metric.USER_RECORD_EXPIRED, place);
      this.throttled = source.series(Metric.USER_RECORDS_THROTTLED, place);
      this.misplaced = source.series(Metric.USER_RECORDS_MISPLACED, place);
      this.dataMisplaced = source.series(Metric.KINESIS_RECORDS_DATA_MISPLACED, place);
      this.kinesisPut = source.series(Metric.KINESIS_RECORDS_PUT, place);
      this.kinesisDataPut = source.series(Metric.KINESIS_RECORDS_DATA_PUT, place);
      this.bufferingTime = source.series(Metric.BUFFERING_TIME, place);
      this.userRecordsPerKinesisRecord =
          source.series(Metric.USER_RECORDS_PER_KINESIS_RECORD, place);
      this.allErrors = source.series(Metric.ALL_ERRORS, place);
      this.failed = new ByError(Metric.USER_RECORDS_FAILED, place);
      this.errors = new ByError(Metric.ERRORS_BY_CODE, place);
    }

    @Override
    public void userRecordPut(int dataBytes, long latencyNanos, int attempts) {
      put.record(1);
      dataPut.record(dataBytes);
      latency.record(latencyNanos);
      retries.record(Math.max(0, attempts - 1));
    }

    @Override
    public void userRecordFailed(String errorCode, int attempts) {
      put.record(0);
      retries.record(Math.max(0, attempts - 1));
      failed.record(errorCode);
      if (errorCode.equals(EXPIRED)) {
        expired.record(1);
      }
    }

    @Override
    public void kinesisRecordAttempted(
        int userRecords, int bytes, long bufferedNanos, @Nullable String errorCode) {
      bufferingTime.record(bufferedNanos);
      userRecordsPerKinesisRecord.record(userRecords);
      if (errorCode == null) {
        kinesisPut.record(1);
        kinesisDataPut.record(bytes);
        allErrors.record(0);
      } else {
        kinesisPut.record(0);
        if (!stream.callFailed) {
          allErrors.record(1);
          errors.record(errorCode);
        }
      }
    }

    @Override
    public void throttled(int userRecords) {
      throttled.record(1, userRecords);
    }

    @Override
    public void misplaced(int userRecords, int bytes) {
      misplaced.record(1, userRecords);
      dataMisplaced.record(bytes);
    }
  }
}
