// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.FailureReason;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.RecordRefusedException;
import io.kpl4j.UserRecord;
import io.kpl4j.junit.Answer;
import io.kpl4j.junit.Completion;
import io.kpl4j.junit.InMemoryKinesisProducer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClickServiceTest {

  // docs/testing.md: begin
  @Test
  void click_isPutUnderItsUser() {
    InMemoryKinesisProducer producer = InMemoryKinesisProducer.create();
    new ClickService(producer).clicked("user-1", "/home");

    UserRecord click = producer.stored("clicks").get(0);
    assertThat(click.partitionKey()).isEqualTo("user-1");
    assertThat(UTF_8.decode(click.data()).toString()).isEqualTo("/home");
  }

  @Test
  void click_thatIsGivenUp_isKept() {
    InMemoryKinesisProducer producer = InMemoryKinesisProducer.create();
    producer.nextAnswers(Answer.failed(FailureReason.EXPIRED), Answer.stored());
    ClickService service = new ClickService(producer);
    service.clicked("user-1", "/home");
    service.clicked("user-1", "/cart");

    assertThat(service.lost()).containsExactly("/home");
  }

  // docs/testing.md: end

  // docs/testing.md: begin
  @Test
  void clicks_duringAnOutage_expire() {
    InMemoryKinesisProducer producer =
        InMemoryKinesisProducer.builder()
            .config(KinesisProducerConfig.builder().recordTtl(Duration.ofSeconds(10)).build())
            .completion(Completion.BY_HAND)
            .build();
    ClickService service = new ClickService(producer);
    service.clicked("user-1", "/home");
    producer.clock().advance(Duration.ofSeconds(9));
    assertThat(service.lost()).isEmpty();
    assertThat(producer.oldestRecordAge()).isEqualTo(Duration.ofSeconds(9));

    producer.clock().advance(Duration.ofSeconds(1));
    assertThat(service.lost()).containsExactly("/home");
  }

  @Test
  void click_whileTheBufferIsFull_isRefused() {
    InMemoryKinesisProducer producer = InMemoryKinesisProducer.create();
    producer.bufferFull(true);

    assertThatThrownBy(() -> new ClickService(producer).clicked("user-1", "/home"))
        .isInstanceOf(RecordRefusedException.class);
  }
  // docs/testing.md: end
}
