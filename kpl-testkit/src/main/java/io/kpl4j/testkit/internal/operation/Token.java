// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kpl4j.testkit.internal.stream.Refusal;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a page or an iterator hands to the caller to bring back: a few texts in Base64. Immutable.
 *
 * @param parts the texts, none with a line feed
 */
record Token(List<String> parts) {

  static Token of(String... parts) {
    return new Token(List.of(parts));
  }

  String write() {
    byte[] bytes = String.join("\n", parts).getBytes(UTF_8);
    return Base64.getUrlEncoder().encodeToString(bytes);
  }

  /** Reads a token; null if it is none. */
  static @Nullable Token read(String text) {
    try {
      String joined = new String(Base64.getUrlDecoder().decode(text), UTF_8);
      return new Token(List.of(joined.split("\n", -1)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  String text(int index) {
    return parts.get(index);
  }

  long number(int index) {
    try {
      return Long.parseLong(parts.get(index));
    } catch (NumberFormatException e) {
      throw Refusal.invalidArgument("The token is invalid.");
    }
  }
}
