// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.CloudWatchException;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.kinesis.model.AccessDeniedException;

/** Operations that the caller may not use. */
final class PermissionTest extends ServerFixture {

  PermissionTest() {
    super(KinesisTestServer.builder().deny("ListShards").stream(STREAM, 1));
  }

  @Test
  void deny_atTheStart_refusesThatOperationOnly() {
    assertThatFailureOf(client.listShards(r -> r.streamName(STREAM)))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("is not authorized to perform: kinesis:ListShards");
    assertThat(put(entries(1, 1)).failedRecordCount()).isZero();
  }

  @Test
  void allow_afterDeny_passes() {
    server.deny("PutRecords");
    assertThatFailureOf(putLater(entries(1, 1))).isInstanceOf(AccessDeniedException.class);
    assertThat(server.recordCount(STREAM)).isZero();

    server.allow("PutRecords", "ListShards");

    assertThat(put(entries(1, 1)).failedRecordCount()).isZero();
    assertThat(client.listShards(r -> r.streamName(STREAM)).join().shards()).hasSize(1);
  }

  @Test
  void deny_putMetricData_isAccessDeniedAsCloudWatchSaysIt() {
    server.deny("PutMetricData");
    MetricDatum datum = MetricDatum.builder().metricName("m").value(1.0).build();
    try (CloudWatchAsyncClient cloudWatch = Clients.cloudWatch(server)) {
      assertThatFailureOf(cloudWatch.putMetricData(r -> r.namespace("n").metricData(datum)))
          .isInstanceOfSatisfying(
              CloudWatchException.class,
              e -> {
                assertThat(e.statusCode()).isEqualTo(403);
                assertThat(e.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
              });
    }
    assertThat(server.metrics()).isEmpty();
  }

  @Test
  void deny_unknownOperation_isAnError() {
    assertThatThrownBy(() -> server.deny("PutRecord", "PutRecrods"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PutRecrods");
  }
}
