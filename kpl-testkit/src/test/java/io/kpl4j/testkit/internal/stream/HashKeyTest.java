// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HashKeyTest {

  private static final BigInteger RING = BigInteger.ONE.shiftLeft(128);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void parse_randomDecimal_isTheSameNumber(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      BigInteger value = new BigInteger(1 + random.nextInt(128), random);

      HashKey key = Objects.requireNonNull(HashKey.parse(value.toString()));

      assertThat(key.toBigInteger()).isEqualTo(value);
      assertThat(key).hasToString(value.toString()).isEqualTo(HashKey.of(value));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void parse_39DigitsOrMore_isNullFromTheRingOn(long seed) {
    Random random = new Random(seed);
    BigInteger least = BigInteger.TEN.pow(38);
    for (int i = 0; i < 2_000; i++) {
      BigInteger value = new BigInteger(129, random).add(least);

      assertThat(HashKey.parse(value.toString()) != null).isEqualTo(value.compareTo(RING) < 0);
    }
  }

  @Test
  void parse_endsOfTheRing_areKnown() {
    assertThat(HashKey.parse("0")).isEqualTo(HashKey.MIN);
    assertThat(HashKey.parse(RING.subtract(BigInteger.ONE).toString())).isEqualTo(HashKey.MAX);
    assertThat(HashKey.parse(RING.toString())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1a", " 1", "٣"})
  void parse_noDecimal_isNull(String text) {
    assertThat(HashKey.parse(text)).isNull();
  }

  @Test
  void compareTo_randomKeys_isTheOrderOfNumbers() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      BigInteger a = new BigInteger(128, random);
      BigInteger b = new BigInteger(128, random);

      assertThat(HashKey.of(a).compareTo(HashKey.of(b))).isEqualTo(a.compareTo(b));
    }
  }

  @Test
  void ofPartitionKey_anyKey_isItsMd5() throws Exception {
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    for (String key : List.of("a", "user-1", "schlüssel", "\uD83D\uDE00")) {
      BigInteger expected = new BigInteger(1, md5.digest(key.getBytes(UTF_8)));

      assertThat(HashKey.ofPartitionKey(key, md5).toBigInteger()).isEqualTo(expected);
    }
  }

  @Test
  void nextAndPrevious_acrossTheHalves_carry() {
    HashKey key = new HashKey(5, -1);

    assertThat(key.next()).isEqualTo(new HashKey(6, 0));
    assertThat(key.next().previous()).isEqualTo(key);
  }
}
