// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.junit.KinesisFault;
import io.kpl4j.junit.KinesisFault.Kind;
import io.kpl4j.junit.KinesisServer;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.StoredUserRecord;
import org.junit.jupiter.api.Test;

// docs/testing.md: begin
@KinesisServer(
    streams = @KinesisServer.Stream(name = "clicks", shards = 4),
    properties = {"RecordMaxBufferedTime=10", "AggregationEnabled=false"})
class ClickServiceEndpointTest {

  @Test
  void click_isStored(KinesisProducer producer, KinesisTestServer server) {
    new ClickService(producer).clicked("user-1", "/home");
    producer.flush().join();

    assertThat(server.records("clicks")).hasSize(1);
    assertThat(server.records("clicks").get(0).partitionKey()).isEqualTo("user-1");
  }

  @Test
  void click_whileTheServiceFails_isSentAgain(KinesisProducer producer, KinesisTestServer server) {
    server.faults().add(Fault.on("PutRecords").times(2).httpError(503));
    ClickService service = new ClickService(producer);
    service.clicked("user-1", "/home");
    producer.flush().join();

    assertThat(service.lost()).isEmpty();
    assertThat(server.recordCount("clicks")).isEqualTo(1);
  }

  @Test
  @KinesisFault(kind = Kind.THROTTLE_ENTRIES, times = 3)
  @KinesisFault(kind = Kind.LOSE_REPLY, then = true)
  void click_whoseReplyIsLost_isStoredAgain(KinesisProducer producer, KinesisTestServer server) {
    ClickService service = new ClickService(producer);
    service.clicked("user-1", "/home");
    producer.flush().join();

    assertThat(service.lost()).isEmpty();
    assertThat(server.calls("PutRecords")).isEqualTo(5);
    assertThat(server.userRecords("clicks").all())
        .extracting(StoredUserRecord::text)
        .containsExactly("/home", "/home");
  }

  @Test
  @KinesisServer(tls = true, throttling = true, streams = @KinesisServer.Stream(name = "clicks"))
  void click_overTls_isStored(KinesisProducer producer, KinesisTestServer server) {
    new ClickService(producer).clicked("user-1", "/home");
    producer.close();

    assertThat(server.recordCount("clicks")).isEqualTo(1);
  }
}
// docs/testing.md: end
