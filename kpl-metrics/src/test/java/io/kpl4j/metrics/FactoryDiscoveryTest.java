// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.event.ProducerEventsFactory;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

/** Run twice by the build: on the module path and on the class path. */
class FactoryDiscoveryTest {

  @Test
  void serviceLoader_onThisPath_findsTheFactory() {
    Module here = FactoryDiscoveryTest.class.getModule();
    here.addUses(ProducerEventsFactory.class);

    assertThat(here.isNamed()).isEqualTo(Boolean.getBoolean("kpl.module.path"));
    assertThat(ServiceLoader.load(ProducerEventsFactory.class))
        .singleElement()
        .isInstanceOf(CloudWatchEventsFactory.class);
  }
}
