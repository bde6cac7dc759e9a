// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.KinesisProducerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClientBuilder;
import software.amazon.awssdk.utils.AttributeMap;

/** Makes clients that read from where a producer writes to. Stateless. */
final class Clients {

  /** What an endpoint on this machine is told; none of those that are meant looks at it. */
  private static final AwsCredentialsProvider DUMMY =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret"));

  private static final String LOCAL_REGION = "us-east-1";
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(15);

  private Clients() {}

  /** Whether a URL names this machine. */
  static boolean isLocal(URI url) {
    String host = url.getHost();
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  /** Dummies for this machine, else what the SDK finds. */
  static AwsCredentialsProvider credentials(URI url) {
    return isLocal(url) ? DUMMY : DefaultCredentialsProvider.builder().build();
  }

  /**
   * Points a configuration at an endpoint; nothing of a run against this machine leaves it.
   *
   * @throws IllegalArgumentException if that does not go together
   */
  static KinesisProducerConfig pointed(KinesisProducerConfig config, URI url) {
    var builder = config.toBuilder().kinesisEndpoint(url.toString());
    if (isLocal(url)) {
      builder.cloudwatchEndpoint(url.toString()).region(config.region().orElse(LOCAL_REGION));
    }
    return builder.build();
  }

  /** A client with the endpoint, region, certificates and proxy of a producer. */
  static KinesisAsyncClient open(KinesisProducerConfig config, AwsCredentialsProvider credentials) {
    KinesisAsyncClientBuilder builder =
        KinesisAsyncClient.builder()
            .credentialsProvider(credentials)
            .httpClient(http(config))
            .overrideConfiguration(override -> override.apiCallTimeout(CALL_TIMEOUT));
    config.kinesisEndpointUri().ifPresent(builder::endpointOverride);
    config.region().map(Region::of).ifPresent(builder::region);
    return builder.build();
  }

  private static SdkAsyncHttpClient http(KinesisProducerConfig config) {
    NettyNioAsyncHttpClient.Builder http =
        NettyNioAsyncHttpClient.builder()
            .protocol(Protocol.HTTP1_1)
            .connectionTimeout(CONNECT_TIMEOUT)
            .tlsNegotiationTimeout(CONNECT_TIMEOUT);
    config.caCertFile().ifPresent(pem -> http.tlsTrustManagersProvider(() -> trustManagers(pem)));
    config.proxyHost().ifPresent(host -> http.proxyConfiguration(proxy(config, host)));
    return http.buildWithDefaults(
        config.verifyCertificate()
            ? AttributeMap.empty()
            : AttributeMap.builder()
                .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                .build());
  }

  private static ProxyConfiguration proxy(KinesisProducerConfig config, String host) {
    ProxyConfiguration.Builder proxy =
        ProxyConfiguration.builder().host(host).port(config.proxyPort());
    config.proxyUserName().ifPresent(proxy::username);
    config.proxyPassword().ifPresent(proxy::password);
    return proxy.build();
  }

  private static TrustManager[] trustManagers(Path pem) {
    try (InputStream input = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(input)) {
        store.setCertificateEntry(Integer.toString(number++), certificate);
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw DemoException.wrongUsage(
          "CaCertFile=" + pem + " cannot be read as PEM certificates: " + e.getMessage(), e);
    }
  }
}
