// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An endpoint from its two keys: host and port as in the KPL, or a whole URL alone. Stateless. */
public final class Endpoint {

  private static final int MAX_PORT = 65_535;

  private Endpoint() {}

  /** The endpoint's URL without a path; empty if the region decides. */
  public static Optional<URI> uri(
      ConfigValues values, ConfigKey<String> endpoint, ConfigKey<Integer> port) {
    String text = values.get(endpoint);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        isUrl(text)
            ? URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text)
            : URI.create("https://" + text + ":" + values.get(port)));
  }

  static void check(ConfigValues values, ConfigKey<String> endpoint, ConfigKey<Integer> port) {
    Combinations.needs(values, port, endpoint);
    String text = values.get(endpoint);
    if (isUrl(text) && values.isSet(port)) {
      throw Combinations.refusal(
          values.show(endpoint) + " is a whole URL, so " + port.name() + " must not be set");
    }
    if (!text.isEmpty() && !isHost(isUrl(text) ? text : "https://" + text)) {
      throw Combinations.refusal(
          values.show(endpoint) + " is not allowed; allowed: " + endpoint.allowed());
    }
  }

  private static boolean isUrl(String text) {
    return text.contains("://");
  }

  private static boolean isHost(String url) {
    try {
      URI uri = new URI(url);
      @Nullable String host = uri.getHost();
      return host != null && uri.getPort() != 0 && uri.getPort() <= MAX_PORT;
    } catch (URISyntaxException notAUrl) {
      return false;
    }
  }
}
