// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducer;
import io.kpl4j.junit.KinesisFault.Kind;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Which faults a class has that extends, implements or carries annotations composed of them. */
class KinesisFaultInheritanceTest {

  private static List<String> codes(KinesisProducer producer) {
    return producer.put("clicks", "k", new byte[10]).join().attempts().stream()
        .map(each -> each.errorCode().orElse("stored"))
        .toList();
  }

  @Retention(RetentionPolicy.RUNTIME)
  @KinesisFault(kind = Kind.ERROR, code = "First")
  @KinesisFault(kind = Kind.ERROR, code = "Second", then = true)
  @interface Outage {}

  @KinesisServer(streams = @KinesisServer.Stream(name = "clicks"))
  @KinesisFault(kind = Kind.HTTP_ERROR, times = 2)
  abstract static class Parent {}

  @KinesisServer(streams = @KinesisServer.Stream(name = "clicks"))
  @Outage
  interface WithOutage {}

  @Nested
  class WithoutFaults extends Parent {

    @Test
    void subclass_withoutFaults_hasThoseOfItsSuperclass(KinesisProducer producer) {
      assertThat(codes(producer)).containsExactly("InternalFailure", "InternalFailure", "stored");
    }
  }

  @Nested
  @KinesisFault(kind = Kind.HTTP_ERROR, status = 503)
  class WithItsOwn extends Parent {

    @Test
    void subclass_withFaults_hasItsOwnAlone(KinesisProducer producer) {
      assertThat(codes(producer)).containsExactly("ServiceUnavailable", "stored");
    }
  }

  @Nested
  @Outage
  class WithComposed extends Parent {

    @Test
    void subclass_withComposedFaults_hasThoseAlone(KinesisProducer producer) {
      assertThat(codes(producer)).containsExactly("First", "Second", "stored");
    }
  }

  @Nested
  @Outage
  @KinesisFault(kind = Kind.HTTP_ERROR, status = 503, then = true)
  @KinesisFault(kind = Kind.HTTP_ERROR, status = 503, then = true)
  class WithComposedAndWritten extends Parent {

    @Test
    void composedAndWritten_areMetInTheirOrder(KinesisProducer producer) {
      assertThat(codes(producer))
          .containsExactly("First", "Second", "ServiceUnavailable", "ServiceUnavailable", "stored");
    }
  }

  @Nested
  class WithInterface extends Parent implements WithOutage {

    @Test
    void class_withoutFaults_hasThoseOfItsInterfaceFirst(KinesisProducer producer) {
      assertThat(codes(producer)).containsExactly("First", "Second", "stored");
    }
  }
}
