// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.aggregation.HashKey;
import org.junit.jupiter.api.Test;

class HaltedKeysTest {

  private final HaltedKeys keys = new HaltedKeys();

  private static HashKey key(int number) {
    return HashKey.of(number, number);
  }

  private void halt(int count) {
    for (int i = 0; i < count; i++) {
      keys.add(key(i));
    }
  }

  @Test
  void check_haltedKey_isRefused_andOthersAreNot() {
    assertThat(keys.isEmpty()).isTrue();
    keys.add(key(1));
    assertThat(keys.isEmpty()).isFalse();
    assertThatThrownBy(() -> keys.check(key(1))).isInstanceOf(HaltedKeys.Halted.class);
    assertThatCode(() -> keys.check(key(2))).doesNotThrowAnyException();
  }

  @Test
  void resume_key_takesRecordsAgain() {
    halt(2);
    keys.resume(key(0));
    assertThat(keys.contains(key(0))).isFalse();
    assertThat(keys.contains(key(1))).isTrue();
  }

  @Test
  void add_asManyAsMayBe_haltsOnlyThose() {
    halt(HaltedKeys.MAX_KEYS);
    keys.add(key(0));
    assertThat(keys.all()).isFalse();
    assertThat(keys.contains(key(HaltedKeys.MAX_KEYS - 1))).isTrue();
    assertThat(keys.contains(key(HaltedKeys.MAX_KEYS))).isFalse();
  }

  @Test
  void add_oneMoreThanMayBe_haltsTheWholeStreamUntilAllAreResumed() {
    halt(HaltedKeys.MAX_KEYS + 1);
    assertThat(keys.all()).isTrue();
    assertThat(keys.contains(key(-1))).isTrue();
    keys.resume(key(3));
    assertThat(keys.contains(key(3))).isTrue();
    assertThat(keys.isEmpty()).isFalse();

    keys.resumeAll();

    assertThat(keys.all()).isFalse();
    assertThat(keys.isEmpty()).isTrue();
    assertThat(keys.contains(key(3))).isFalse();
  }
}
