// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.AGGREGATION_RECORD_MAX_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.BUFFER_MAX_BYTES;
import static io.kpl4j.internal.config.ConfigKeys.CLOUDWATCH_ENDPOINT;
import static io.kpl4j.internal.config.ConfigKeys.CLOUDWATCH_PORT;
import static io.kpl4j.internal.config.ConfigKeys.KEY_ORDER;
import static io.kpl4j.internal.config.ConfigKeys.KINESIS_ENDPOINT;
import static io.kpl4j.internal.config.ConfigKeys.KINESIS_PORT;
import static io.kpl4j.internal.config.ConfigKeys.MAX_CONNECTIONS;
import static io.kpl4j.internal.config.ConfigKeys.MAX_IN_FLIGHT_REQUESTS;
import static io.kpl4j.internal.config.ConfigKeys.MAX_USER_RECORD_SIZE;
import static io.kpl4j.internal.config.ConfigKeys.PROXY_HOST;
import static io.kpl4j.internal.config.ConfigKeys.PROXY_PASSWORD;
import static io.kpl4j.internal.config.ConfigKeys.PROXY_PORT;
import static io.kpl4j.internal.config.ConfigKeys.PROXY_USER_NAME;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_DISTRIBUTION_STRATEGY_DEFAULT;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_MAX_BUFFERED_TIME;
import static io.kpl4j.internal.config.ConfigKeys.RECORD_TTL;
import static io.kpl4j.internal.config.ConfigKeys.RETRY_BASE_DELAY;
import static io.kpl4j.internal.config.ConfigKeys.RETRY_MAX_DELAY;

import io.kpl4j.KeyOrder;
import io.kpl4j.RecordDistributionStrategy;

/** What must hold between the values of several keys. Stateless. */
final class Combinations {

  /** A key's index and lengths, the partition key's and the accounting of a permit. */
  private static final long PERMIT_MARGIN_BYTES = 1_024;

  private Combinations() {}

  static void check(ConfigValues values) {
    checkTimes(values);
    checkSizes(values);
    checkConnections(values);
    checkProxy(values);
    checkOrder(values);
  }

  private static void checkOrder(ConfigValues values) {
    if (values.get(KEY_ORDER) != KeyOrder.NONE
        && values.get(RECORD_DISTRIBUTION_STRATEGY_DEFAULT) == RecordDistributionStrategy.AUTO) {
      throw refusal(
          both(values, KEY_ORDER, RECORD_DISTRIBUTION_STRATEGY_DEFAULT)
              + ": the service spreads the records of a key over all shards, which keeps no order");
    }
  }

  private static void checkTimes(ConfigValues values) {
    if (values.get(RECORD_MAX_BUFFERED_TIME).compareTo(values.get(RECORD_TTL)) >= 0) {
      throw refusal(
          both(values, RECORD_MAX_BUFFERED_TIME, RECORD_TTL)
              + ": records would expire while they wait for company; the first must be less");
    }
    atMost(values, RETRY_BASE_DELAY, RETRY_MAX_DELAY);
  }

  private static void checkSizes(ConfigValues values) {
    atMost(values, AGGREGATION_RECORD_MAX_SIZE, AGGREGATION_MAX_SIZE);
    long limit = values.recordLimitBytes();
    // Where it is not set, the stream itself may say that it takes larger records.
    if (values.isSet(MAX_USER_RECORD_SIZE) && values.get(AGGREGATION_MAX_SIZE) > limit) {
      throw refusal(
          values.show(AGGREGATION_MAX_SIZE)
              + " is above the record limit of the streams, "
              + limit
              + "; if they take larger records, set MaxUserRecordSize as high");
    }
    long floor = 2 * values.get(MAX_USER_RECORD_SIZE) + PERMIT_MARGIN_BYTES;
    if (values.get(BUFFER_MAX_BYTES) < floor) {
      throw refusal(
          both(values, BUFFER_MAX_BYTES, MAX_USER_RECORD_SIZE)
              + ": the largest record would never be accepted; BufferMaxBytes must be at least "
              + floor
              + (values.isSet(BUFFER_MAX_BYTES)
                  ? ""
                  : ", and its default is a quarter of the heap"));
    }
  }

  private static void checkConnections(ConfigValues values) {
    atMost(values, MAX_IN_FLIGHT_REQUESTS, MAX_CONNECTIONS);
    Endpoint.check(values, KINESIS_ENDPOINT, KINESIS_PORT);
    Endpoint.check(values, CLOUDWATCH_ENDPOINT, CLOUDWATCH_PORT);
  }

  private static void checkProxy(ConfigValues values) {
    needs(values, PROXY_PORT, PROXY_HOST);
    needs(values, PROXY_USER_NAME, PROXY_HOST);
    needs(values, PROXY_PASSWORD, PROXY_USER_NAME);
  }

  /** Refuses a value that can have no effect. */
  static void needs(ConfigValues values, ConfigKey<?> key, ConfigKey<String> needed) {
    if (!values.isDefault(key) && values.get(needed).isEmpty()) {
      throw refusal(values.show(key) + " has no effect without " + needed.name());
    }
  }

  static IllegalArgumentException refusal(String message) {
    return new IllegalArgumentException(message);
  }

  private static <T extends Comparable<T>> void atMost(
      ConfigValues values, ConfigKey<T> less, ConfigKey<T> more) {
    if (values.get(less).compareTo(values.get(more)) > 0) {
      throw refusal(both(values, less, more) + ": the first must not be more than the second");
    }
  }

  private static String both(ConfigValues values, ConfigKey<?> first, ConfigKey<?> second) {
    return values.show(first) + " does not go with " + values.show(second);
  }
}
