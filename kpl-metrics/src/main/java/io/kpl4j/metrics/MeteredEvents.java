// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import io.kpl4j.event.ProducerEvents;
import io.kpl4j.event.ShardEvents;
import io.kpl4j.event.StoredRecords;
import io.kpl4j.event.StreamEvents;
import io.kpl4j.metrics.Series.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
              codes.dimension(errorCode), code -> source.acquire(metric, place.withError(code)))
          .one(1);
    }

    void release() {
      series.values().forEach(source::release);
      series.clear();
    }
  }

  /** Acquires series, and releases them all together. Confined to the loop. */
  private final class Acquired {
    private final Place place;
    private final List<Series> series = new ArrayList<>();

    Acquired(Place place) {
      this.place = place;
    }

    Series of(Metric metric) {
      Series one = source.acquire(metric, place);
      series.add(one);
      return one;
    }

    void release() {
      series.forEach(source::release);
      series.clear();
    }
  }

  private final class Stream implements StreamEvents {
    private final Place place;
    private final Acquired acquired;
    private final Series received;
    private final Series dropped;
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
      this.acquired = new Acquired(place);
      this.dropped = acquired.of(Metric.USER_RECORDS_DROPPED);
      this.received = acquired.of(Metric.USER_RECORDS_RECEIVED);
      this.requestTime = acquired.of(Metric.REQUEST_TIME);
      this.kinesisRecordsPerRequest = acquired.of(Metric.KINESIS_RECORDS_PER_REQUEST);
      this.userRecordsPerRequest = acquired.of(Metric.USER_RECORDS_PER_REQUEST);
      this.dataPerRequest = acquired.of(Metric.DATA_PER_REQUEST);
      this.allErrors = acquired.of(Metric.ALL_ERRORS);
      this.errors = new ByError(Metric.ERRORS_BY_CODE, place);
    }

    @Override
    public ShardEvents shard(@Nullable String shardId) {
      return new Shard(this, new Place(place.streamName(), shardId, null));
    }

    @Override
    public void recordsReceived(int count, long bytes) {
      source.tick();
      received.record(1, count);
    }

    @Override
    public void recordsDropped(long count) {
      source.tick();
      dropped.record(1, count);
    }

    @Override
    public void streamRetired() {
      acquired.release();
      errors.release();
    }

    @Override
    public void requestFinished(
        long requestId,
        int kinesisRecords,
        int userRecords,
        long bytes,
        long durationNanos,
        @Nullable String errorCode) {
      source.tick();
      requestTime.one(durationNanos);
      kinesisRecordsPerRequest.one(kinesisRecords);
      userRecordsPerRequest.one(userRecords);
      dataPerRequest.one(bytes);
      callFailed = errorCode != null;
      if (errorCode != null) {
        allErrors.one(1);
        errors.record(errorCode);
      }
    }
  }

  private final class Shard implements ShardEvents {
    private final Stream stream;
    private final Acquired acquired;
    private final Series tokenWait;
    private final Series slotWait;
    private final Series rate;
    private final Series outcomeUnknown;
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
      this.acquired = new Acquired(place);
      this.tokenWait = acquired.of(Metric.TOKEN_WAIT_TIME);
      this.slotWait = acquired.of(Metric.SLOT_WAIT_TIME);
      this.rate = acquired.of(Metric.SHARD_RATE);
      this.outcomeUnknown = acquired.of(Metric.USER_RECORDS_OUTCOME_UNKNOWN);
      this.put = acquired.of(Metric.USER_RECORDS_PUT);
      this.dataPut = acquired.of(Metric.USER_RECORDS_DATA_PUT);
      this.latency = acquired.of(Metric.USER_RECORD_LATENCY);
      this.retries = acquired.of(Metric.RETRIES_PER_RECORD);
      this.expired = acquired.of(Metric.USER_RECORD_EXPIRED);
      this.throttled = acquired.of(Metric.USER_RECORDS_THROTTLED);
      this.misplaced = acquired.of(Metric.USER_RECORDS_MISPLACED);
      this.dataMisplaced = acquired.of(Metric.KINESIS_RECORDS_DATA_MISPLACED);
      this.kinesisPut = acquired.of(Metric.KINESIS_RECORDS_PUT);
      this.kinesisDataPut = acquired.of(Metric.KINESIS_RECORDS_DATA_PUT);
      this.bufferingTime = acquired.of(Metric.BUFFERING_TIME);
      this.userRecordsPerKinesisRecord = acquired.of(Metric.USER_RECORDS_PER_KINESIS_RECORD);
      this.allErrors = acquired.of(Metric.ALL_ERRORS);
      this.failed = new ByError(Metric.USER_RECORDS_FAILED, place);
      this.errors = new ByError(Metric.ERRORS_BY_CODE, place);
    }

    /** A few values for each series, however many records there are. */
    @Override
    public void userRecordsPut(StoredRecords records) {
      int count = records.count();
      if (count == 0) {
        return;
      }
      source.tick();
      put.record(1, count);
      retries.record(Math.max(0, records.attempts() - 1), count);
      Tally bytes = new Tally(dataPut);
      Tally nanos = new Tally(latency);
      for (int i = 0; i < count; i++) {
        bytes.add(records.dataBytes(i));
        nanos.add(records.latencyNanos(i));
      }
      bytes.end();
      nanos.end();
    }

    @Override
    public void userRecordPut(int dataBytes, long latencyNanos, int attempts) {
      source.tick();
      put.one(1);
      dataPut.one(dataBytes);
      latency.one(latencyNanos);
      retries.one(Math.max(0, attempts - 1));
    }

    @Override
    public void kinesisRecordSent(long tokenWaitNanos, long slotWaitNanos) {
      source.tick();
      tokenWait.one(tokenWaitNanos);
      slotWait.one(slotWaitNanos);
    }

    @Override
    public void outcomeUnknown(int userRecords) {
      source.tick();
      outcomeUnknown.record(1, userRecords);
    }

    @Override
    public void rateChanged(double share) {
      source.tick();
      rate.one(share);
    }

    @Override
    public void shardRetired() {
      acquired.release();
      failed.release();
      errors.release();
    }

    @Override
    public void userRecordFailed(String errorCode, int attempts) {
      source.tick();
      put.one(0);
      retries.one(Math.max(0, attempts - 1));
      failed.record(errorCode);
      if (errorCode.equals(EXPIRED)) {
        expired.one(1);
      }
    }

    @Override
    public void kinesisRecordAttempted(
        int userRecords, int bytes, long bufferedNanos, @Nullable String errorCode) {
      source.tick();
      bufferingTime.one(bufferedNanos);
      userRecordsPerKinesisRecord.one(userRecords);
      if (errorCode == null) {
        kinesisPut.one(1);
        kinesisDataPut.one(bytes);
        allErrors.one(0);
      } else {
        kinesisPut.one(0);
        if (!stream.callFailed) {
          allErrors.one(1);
          errors.record(errorCode);
        }
      }
    }

    @Override
    public void throttled(int userRecords) {
      source.tick();
      throttled.record(1, userRecords);
    }

    @Override
    public void misplaced(int userRecords, int bytes) {
      source.tick();
      misplaced.record(1, userRecords);
      dataMisplaced.one(bytes);
    }
  }

  /** Hands many whole numbers to a series, summed up where it allows. Lives on the stack. */
  private static final class Tally {
    private final Series series;
    private final Series.@Nullable Summed summed;
    private long count;
    private long sum;
    private long minimum = Long.MAX_VALUE;
    private long maximum = Long.MIN_VALUE;

    Tally(Series series) {
      this.series = series;
      this.summed = series.summed();
    }

    void add(long value) {
      if (summed == null) {
        series.one(value);
        return;
      }
      count++;
      sum += value;
      minimum = Math.min(minimum, value);
      maximum = Math.max(maximum, value);
    }

    void end() {
      if (summed != null && count > 0) {
        summed.record(new Statistics(count, sum, minimum, maximum));
      }
    }
  }
}
