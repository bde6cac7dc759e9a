// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What must be in no log: payload, keys and credentials that are found by their text. Stateless.
 */
final class Marks {

  /** Nine letters, as three are four of Base64: where it is repeated, so is its Base64. */
  static final String PAYLOAD = "qPayLoadq";

  static final String PARTITION_KEY = "xParKeyx";
  static final String EXPLICIT_HASH_KEY = "271828182845904523536028747135266249775";
  static final String ACCESS_KEY_ID = "AKIDzAccessz";
  static final String SECRET_KEY = "zSecretKeyz";
  static final String SESSION_TOKEN = "zSessionTokenz";
  static final String PROXY_PASSWORD = "zProxyPassz";

  private static final Map<String, String> ALL = new LinkedHashMap<>();

  static {
    ALL.put("payload", PAYLOAD);
    ALL.put("partition key", PARTITION_KEY);
    ALL.put("explicit hash key", EXPLICIT_HASH_KEY);
    ALL.put("access key id", ACCESS_KEY_ID);
    ALL.put("secret key", SECRET_KEY);
    ALL.put("session token", SESSION_TOKEN);
    ALL.put("proxy password", PROXY_PASSWORD);
  }

  private Marks() {}

  /** A payload that holds its mark again and again. */
  static byte[] payload(int sizeBytes) {
    byte[] mark = PAYLOAD.getBytes(US_ASCII);
    byte[] payload = new byte[sizeBytes];
    for (int i = 0; i < sizeBytes; i++) {
      payload[i] = mark[i % mark.length];
    }
    return payload;
  }

  /** Which of them a text holds, plainly, in hexadecimal or in Base64. */
  static List<String> in(String text) {
    List<String> found = new ArrayList<>();
    ALL.forEach(
        (what, mark) -> {
          if (forms(mark).stream().anyMatch(text::contains)) {
            found.add(what);
          }
        });
    return found;
  }

  private static List<String> forms(String mark) {
    byte[] bytes = mark.getBytes(US_ASCII);
    // Without what its last letters make together with those that follow.
    byte[] whole = mark.substring(0, mark.length() / 3 * 3).getBytes(US_ASCII);
    return List.of(
        mark,
        Base64.getEncoder().encodeToString(whole),
        HexFormat.of().formatHex(bytes),
        HexFormat.ofDelimiter(" ").formatHex(bytes));
  }
}
