// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CloudWatch in the older protocols, which older SDKs speak. */
final class CloudWatchProtocolTest {

  private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";
  private static final String PUT =
      "Action=PutMetricData&Version=2010-08-01&Namespace=kpl4j%20test"
          + "&MetricData.member.1.MetricName=Time&MetricData.member.1.Unit=Milliseconds"
          + "&MetricData.member.1.Timestamp=2026-11-01T12%3A34%3A56.789Z"
          + "&MetricData.member.1.StatisticValues.SampleCount=4"
          + "&MetricData.member.1.StatisticValues.Sum=10.5"
          + "&MetricData.member.1.StatisticValues.Minimum=1"
          + "&MetricData.member.1.StatisticValues.Maximum=4.5"
          + "&MetricData.member.1.Dimensions.member.1.Name=StreamName"
          + "&MetricData.member.1.Dimensions.member.1.Value=a%26b"
          + "&MetricData.member.2.MetricName=Values&MetricData.member.2.Values.member.1=1.5"
          + "&MetricData.member.2.Values.member.2=2&MetricData.member.2.Counts.member.1=3"
          + "&MetricData.member.2.Counts.member.2=1";

  private final KinesisTestServer server = KinesisTestServer.start();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void query_putMetricData_isKeptAndAnsweredInXml() throws Exception {
    HttpResponse<String> response = send(FORM, "", PUT);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains("text/xml");
    assertThat(response.body()).startsWith("<PutMetricDataResponse xmlns=").contains("<RequestId>");
    assertThat(server.calls("PutMetricData")).isEqualTo(1);
    assertThat(server.metrics()).hasSize(2);
    MetricDatumSeen time = server.metrics().get(0);
    assertThat(time.namespace()).isEqualTo("kpl4j test");
    assertThat(time.dimensions()).containsEntry("StreamName", "a&b");
    assertThat(time.timestamp()).hasToString("Optional[2026-11-01T12:34:56.789Z]");
    assertThat(time.statistics().orElseThrow().sum()).isEqualTo(10.5);
    assertThat(server.metrics().get(1).values()).containsExactly(1.5, 2.0);
    assertThat(server.metrics().get(1).counts()).containsExactly(3.0, 1.0);
  }

  @Test
  void query_reads_areListsOfMembers() throws Exception {
    send(FORM, "", PUT);

    assertThat(send(FORM, "", "Action=ListMetrics&MetricName=Time").body())
        .contains("<ListMetricsResult><Metrics><member><Namespace>kpl4j test</Namespace>")
        .contains("<Value>a&amp;b</Value>")
        .doesNotContain("Values");
    String statistics =
        "Action=GetMetricStatistics&Namespace=kpl4j%20test&MetricName=Time&Period=60"
            + "&Dimensions.member.1.Name=StreamName&Dimensions.member.1.Value=a%26b"
            + "&StartTime=2026-11-01T12:00:00Z&EndTime=2026-11-01T13:00:00Z"
            + "&Statistics.member.1=Sum&Statistics.member.2=Maximum";
    assertThat(send(FORM, "", statistics).body())
        .contains("<member><Timestamp>2026-11-01T12:34:00Z</Timestamp><Sum>10.5</Sum>")
        .contains("<Maximum>4.5</Maximum><Unit>Milliseconds</Unit></member>");
  }

  @Test
  void query_fault_isAnErrorInXml() throws Exception {
    server.faults().add(Fault.on("PutMetricData").error(400, "Throttling", "a < b"));

    HttpResponse<String> response = send(FORM, "", PUT);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body())
        .contains("<Code>Throttling</Code><Message>a &lt; b</Message>", "<Type>Sender</Type>");
    assertThat(server.metrics()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Action=PutRecords",
        "Action=MakeCoffee",
        "Action=PutMetricData",
        "Action=PutMetricData&Namespace=n&Namespace.x=1",
        "Action=PutMetricData&Namespace=%zz",
        "Action=PutMetricData&Namespace=n&MetricData=x",
        "Action=PutMetricData&Namespace=n&MetricData.member.1.Value=x"
      })
  void query_bodyThatIsNoCall_isAClientError(String body) throws Exception {
    assertThat(send(FORM, "", body).statusCode()).isBetween(400, 499);
    assertThat(server.metrics()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/x-amz-json-1.0", "application/x-amz-json-1.1"})
  void json_putMetricData_isKept(String contentType) throws Exception {
    String body = "{\"Namespace\":\"n\",\"MetricData\":[{\"MetricName\":\"m\",\"Value\":2}]}";

    HttpResponse<String> response =
        send(contentType, "GraniteServiceVersion20100801.PutMetricData", body);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).contains(contentType);
    assertThat(server.metrics()).singleElement().extracting(MetricDatumSeen::name).isEqualTo("m");
  }

  @Test
  void query_longTexts_comeAsTheyWere() throws Exception {
    String name = "ä<&>" + "x".repeat(200);

    send(
        FORM,
        "",
        "Action=PutMetricData&Namespace=n&MetricData.member.1.Value=1&MetricData.member.1.MetricName="
            + URLEncoder.encode(name, UTF_8));

    assertThat(server.metrics().get(0).name()).isEqualTo(name);
  }

  private HttpResponse<String> send(String contentType, String target, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.endpoint())
            .version(HttpClient.Version.HTTP_1_1)
            .header("Authorization", "AWS4-HMAC-SHA256 whatever")
            .header("Content-Type", contentType)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!target.isEmpty()) {
      request.header("X-Amz-Target", target);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
