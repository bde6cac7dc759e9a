// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.internal.aggregate.KinesisRecord.Place;
import org.junit.jupiter.api.Test;

class OpenPartTest {

  @Test
  void seal_sealedRecordWasLostForWantOfMemory_mayBeAskedAgain() {
    UserContent user = Fixtures.user("a", 10);
    OpenPart part = new OpenPart(Fixtures.LIMITS, user.hashKey(), OpenPart.FEW_KEYS);
    assertThat(part.tryAdd(Fixtures.member(1), user)).isTrue();
    assertThat(part.tryAdd(Fixtures.member(2), user)).isTrue();

    part.seal(new Place(0, 1, 0, 0), new AttemptHistory());
    assertThat(part.tryAdd(Fixtures.member(3), user)).as("it is sealed").isFalse();
    KinesisRecord again = part.seal(new Place(0, 2, 0, 0), new AttemptHistory());

    assertThat(again.count()).isEqualTo(2);
    assertThat(again.contents()).hasSize(2);
  }
}
