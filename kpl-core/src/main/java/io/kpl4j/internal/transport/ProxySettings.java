// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.transport;

import io.kpl4j.KinesisProducerConfig;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.utils.ProxyConfigProvider;

/**
 * The proxy through which an endpoint is reached: the configured one, else that of the runtime.
 * Stateless.
 *
 * <p>Left alone, the SDK's client reads the settings of the runtime for {@code http} only, also
 * where the endpoint is reached over TLS; told to read those for {@code https}, it would speak TLS
 * to the proxy itself.
 */
final class ProxySettings {

  private static final String HTTP = "http";
  private static final String HTTPS = "https";

  private ProxySettings() {}

  /**
   * Finds the proxy.
   *
   * @param endpoint what is to be reached; empty for an endpoint of AWS
   */
  static ProxyConfiguration of(KinesisProducerConfig config, Optional<URI> endpoint) {
    boolean tls = endpoint.map(URI::getScheme).orElse(HTTPS).equals(HTTPS);
    return config
        .proxyHost()
        .map(host -> configured(config, host))
        .or(() -> ofRuntime(tls))
        .orElseGet(() -> builder().build());
  }

  private static ProxyConfiguration.Builder builder() {
    return ProxyConfiguration.builder()
        .useSystemPropertyValues(false)
        .useEnvironmentVariableValues(false);
  }

  private static ProxyConfiguration configured(KinesisProducerConfig config, String host) {
    ProxyConfiguration.Builder proxy = builder().host(host).port(config.proxyPort());
    config.proxyUserName().ifPresent(proxy::username);
    config.proxyPassword().ifPresent(proxy::password);
    return proxy.build();
  }

  /** System properties before environment variables; for TLS those for {@code https} first. */
  private static Optional<ProxyConfiguration> ofRuntime(boolean tls) {
    Stream<@Nullable ProxyConfiguration> found =
        tls
            ? Stream.of(
                proxy(ProxyConfigProvider.fromSystemPropertySettings(HTTPS), 443),
                proxy(ProxyConfigProvider.fromSystemPropertySettings(HTTP), 80),
                proxy(ProxyConfigProvider.fromEnvironmentSettings(HTTPS), 443),
                proxy(ProxyConfigProvider.fromEnvironmentSettings(HTTP), 80))
            : Stream.of(
                proxy(ProxyConfigProvider.fromSystemPropertySettings(HTTP), 80),
                proxy(ProxyConfigProvider.fromEnvironmentSettings(HTTP), 80));
    return found.filter(Objects::nonNull).findFirst();
  }

  private static @Nullable ProxyConfiguration proxy(ProxyConfigProvider source, int defaultPort) {
    @Nullable String host = source.host();
    if (host == null || host.isBlank()) {
      return null;
    }
    ProxyConfiguration.Builder proxy =
        builder()
            .host(host)
            .port(source.port() > 0 ? source.port() : defaultPort)
            .nonProxyHosts(source.nonProxyHosts());
    source.userName().ifPresent(proxy::username);
    source.password().ifPresent(proxy::password);
    return proxy.build();
  }
}
