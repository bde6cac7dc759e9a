// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.internal.transport.NettyTransport;
import java.net.URI;
import org.junit.jupiter.api.Test;

final class TransportOpeningTest {

  private static NettyTransport open() {
    return OwnClient.transport(
        Connections.config(URI.create("http://127.0.0.1:9")).build(), Thread::new);
  }

  private static TransportOpening failing(Throwable failure) {
    return TransportOpening.begin(
        () -> {
          if (failure instanceof Error fault) {
            throw fault;
          }
          throw (Exception) failure;
        },
        TransportOpeningTest::onThread);
  }

  private static void onThread(Runnable task) {
    new Thread(task).start();
  }

  @Test
  void await_refused_saysSoOnTheThreadThatAsks() {
    IllegalArgumentException refused = new IllegalArgumentException("no such file");
    TransportOpening opening = failing(refused);

    assertThatThrownBy(opening::await)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no such file")
        .hasCause(refused)
        .satisfies(
            thrown ->
                assertThat(thrown.getStackTrace())
                    .anyMatch(
                        frame ->
                            frame.getClassName().equals(TransportOpeningTest.class.getName())));
  }

  @Test
  void await_noMemory_isThrownAsItIs() {
    OutOfMemoryError noMemory = new OutOfMemoryError("staged");
    TransportOpening opening = failing(noMemory);

    assertThatThrownBy(opening::await).isSameAs(noMemory);
  }

  @Test
  void await_interrupted_waitsAllTheSame() {
    TransportOpening opening =
        TransportOpening.begin(TransportOpeningTest::open, TransportOpeningTest::onThread);
    Thread.currentThread().interrupt();
    NettyTransport transport = opening.await();

    assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    transport.close();
  }

  @Test
  void abandon_refusedItself_addsNothingTwice() {
    IllegalArgumentException refused = new IllegalArgumentException("no such file");
    TransportOpening opening = failing(refused);
    IllegalStateException other = new IllegalStateException("other");
    opening.abandon(other);
    assertThat(other.getSuppressed()).hasSize(1);

    assertThatThrownBy(opening::await)
        .satisfies(
            thrown -> {
              opening.abandon(thrown);
              assertThat(thrown.getSuppressed()).isEmpty();
            });
  }
}
