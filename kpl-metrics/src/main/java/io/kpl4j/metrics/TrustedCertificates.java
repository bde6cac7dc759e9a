// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** The certificates of {@code CaCertFile}, trusted instead of those of the runtime. Stateless. */
final class TrustedCertificates {

  private TrustedCertificates() {}

  /**
   * @throws IllegalArgumentException if the file cannot be read or holds no certificate
   */
  static TrustManager[] read(Path pemFile) {
    try (InputStream pem = Files.newInputStream(pemFile)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
        store.setCertificateEntry("trusted-" + store.size(), certificate);
      }
      if (store.size() == 0) {
        throw new IllegalArgumentException("CaCertFile=" + pemFile + ": no certificate in it");
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "CaCertFile=" + pemFile + ": cannot be read as PEM certificates: " + e, e);
    }
  }
}
