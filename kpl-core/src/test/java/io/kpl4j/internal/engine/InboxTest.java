// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class InboxTest {

  private final AtomicInteger wakeUps = new AtomicInteger();
  private final Inbox inbox = new Inbox(wakeUps::incrementAndGet);
  private final List<String> read = new ArrayList<>();

  private Inbox.Message message(String name) {
    return new Inbox.Message() {
      @Override
      void run(long nowNanos) {
        read.add(name);
      }
    };
  }

  private void drain() {
    inbox.drainTo(message -> message.run(0));
  }

  @Test
  void drainTo_isInTheOrderOfOffers() {
    inbox.offer(message("a"));
    inbox.offer(message("b"));
    inbox.offer(message("c"));

    drain();

    assertThat(read).containsExactly("a", "b", "c");
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void offer_twiceBeforeItIsRead_isReadOnce() {
    Inbox.Message message = message("a");
    inbox.offer(message);
    inbox.offer(message);

    drain();

    assertThat(read).containsExactly("a");
  }

  @Test
  void offer_whileItIsRead_isReadAgain() {
    Inbox.Message again =
        new Inbox.Message() {
          @Override
          void run(long nowNanos) {
            read.add("again");
            if (read.size() < 3) {
              inbox.offer(this);
            }
          }
        };
    inbox.offer(again);

    drain();
    assertThat(read).hasSize(1);
    assertThat(inbox.isEmpty()).isFalse();
    drain();
    drain();
    assertThat(read).hasSize(3);
    assertThat(inbox.isEmpty()).isTrue();
  }

  @Test
  void offer_awake_doesNotWake() {
    inbox.offer(message("a"));

    assertThat(wakeUps).hasValue(0);
  }

  @Test
  void offer_asleep_wakesOnlyForSomethingEarlier() {
    assertThat(inbox.fallAsleep(100)).isTrue();

    inbox.offer(message("later"), 100);
    inbox.offer(message("later still"), 200);
    assertThat(wakeUps).hasValue(0);
    inbox.offer(message("earlier"), 99);
    assertThat(wakeUps).hasValue(1);
    inbox.offer(message("now"));

    assertThat(wakeUps).hasValue(2);
    inbox.awake();
    inbox.offer(message("now"));
    assertThat(wakeUps).hasValue(2);
  }

  @Test
  void offer_againButEarlier_wakes() {
    Inbox.Message message = message("a");
    inbox.fallAsleep(100);
    inbox.offer(message, 100);

    inbox.offer(message, 50);

    assertThat(wakeUps).hasValue(1);
  }

  @Test
  void fallAsleep_messageThere_mayNot() {
    inbox.offer(message("a"), Long.MAX_VALUE);

    assertThat(inbox.fallAsleep(100)).isFalse();
  }
}
