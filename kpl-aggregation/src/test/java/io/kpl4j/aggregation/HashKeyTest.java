// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashKeyTest {

  private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(128);

  @Test
  void parse_numbersOfEveryLength_agreesWithBigInteger() {
    for (BigInteger number : numbers()) {
      HashKey key = HashKey.parse(number.toString());
      assertThat(toBigInteger(key)).isEqualTo(number);
      assertThat(key.toDecimal()).isEqualTo(number.toString()).isEqualTo(key.toString());
      assertThat(HashKey.parse("000" + number)).isEqualTo(key).hasSameHashCodeAs(key);
    }
  }

  @Test
  void parse_numbersAtAndAboveTheLimit_areRefused() {
    for (BigInteger above :
        List.of(
            LIMIT,
            LIMIT.add(BigInteger.ONE),
            LIMIT.add(BigInteger.valueOf(9)),
            LIMIT.shiftLeft(1),
            LIMIT.multiply(BigInteger.TEN),
            LIMIT.pow(3))) {
      assertThatThrownBy(() -> HashKey.parse(above.toString()))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(HashKey.parse(LIMIT.subtract(BigInteger.ONE).toString())).isEqualTo(HashKey.MAX);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", " 5", "5 ", "-1", "+1", "1.0", "1e3", "0x10", "٣", "5\n"})
  void parse_anythingButDigits_isRefusedWithTheLimitAndWithoutTheValue(String text) {
    assertThatThrownBy(() -> HashKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a hash key is a decimal number from 0 to 2^128-1, digits only");
  }

  @Test
  void compareTo_anyPair_agreesWithBigInteger() {
    List<BigInteger> numbers = numbers();
    for (BigInteger a : numbers) {
      HashKey left = HashKey.parse(a.toString());
      for (BigInteger b : numbers.subList(0, 60)) {
        HashKey right = HashKey.parse(b.toString());
        assertThat(Integer.signum(left.compareTo(right))).isEqualTo(a.compareTo(b));
        assertThat(left.equals(right)).isEqualTo(a.equals(b));
        assertThat(
                Integer.signum(HashKey.compare(left.high(), left.low(), right.high(), right.low())))
            .isEqualTo(a.compareTo(b));
      }
    }
  }

  @Test
  void nextAndPrevious_everyNumber_areOneAway() {
    for (BigInteger number : numbers()) {
      HashKey key = HashKey.parse(number.toString());
      if (!key.equals(HashKey.MAX)) {
        assertThat(toBigInteger(key.next())).isEqualTo(number.add(BigInteger.ONE));
      }
      if (!key.equals(HashKey.MIN)) {
        assertThat(toBigInteger(key.previous())).isEqualTo(number.subtract(BigInteger.ONE));
      }
    }
    assertThatThrownBy(HashKey.MAX::next).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(HashKey.MIN::previous).isInstanceOf(ArithmeticException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "pk-1", "äöüß中文🚀", "0123456789012345678901234567890123456789"})
  void ofPartitionKey_anyKey_isTheMd5OfItsUtf8(String partitionKey)
      throws NoSuchAlgorithmException {
    byte[] md5 = MessageDigest.getInstance("MD5").digest(partitionKey.getBytes(UTF_8));
    HashKey key = HashKey.ofPartitionKey(partitionKey);
    assertThat(toBigInteger(key)).isEqualTo(new BigInteger(1, md5));
    assertThat(HashKey.ofPartitionKey(partitionKey.getBytes(UTF_8))).isEqualTo(key);
  }

  @Test
  void ofPartitionKey_keyOfTheGoldenVector_isItsOuterHashKey() {
    assertThat(HashKey.ofPartitionKey("pk-1"))
        .hasToString("273922656776327812788301823748127981641");
  }

  private static BigInteger toBigInteger(HashKey key) {
    return new BigInteger(
        1, ByteBuffer.allocate(16).putLong(key.high()).putLong(key.low()).array());
  }

  /** Every power of two and of ten with its neighbours, and random numbers of every length. */
  private static List<BigInteger> numbers() {
    List<BigInteger> numbers = new ArrayList<>();
    for (int bits = 0; bits <= 128; bits++) {
      addWithNeighbours(numbers, BigInteger.ONE.shiftLeft(bits));
    }
    for (int digits = 1; digits <= 39; digits++) {
      addWithNeighbours(numbers, BigInteger.TEN.pow(digits));
    }
    Random random = new Random(20_261);
    for (int i = 0; i < 2_000; i++) {
      addWithNeighbours(numbers, new BigInteger(1 + i % 128, random));
    }
    return numbers;
  }

  private static void addWithNeighbours(List<BigInteger> numbers, BigInteger number) {
    for (int offset = -1; offset <= 1; offset++) {
      BigInteger neighbour = number.add(BigInteger.valueOf(offset));
      if (neighbour.signum() >= 0 && neighbour.compareTo(LIMIT) < 0) {
        numbers.add(neighbour);
      }
    }
  }
}
