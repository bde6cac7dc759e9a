// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.transport;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Reads the certificates that are to be trusted instead of those of the Java runtime. Stateless.
 */
final class TrustedCertificates {

  private TrustedCertificates() {}

  /**
   * Reads a PEM file.
   *
   * @throws IllegalArgumentException if there is none, or nothing in it that can be trusted
   */
  static TrustManager[] read(Path pemFile) {
    try (InputStream pem = new BufferedInputStream(Files.newInputStream(pemFile))) {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(pem);
      if (certificates.isEmpty()) {
        throw refusal(pemFile, "there is no certificate in it", null);
      }
      return trusting(certificates);
    } catch (NoSuchFileException e) {
      throw refusal(pemFile, "there is no such file", e);
    } catch (IOException | GeneralSecurityException e) {
      throw refusal(pemFile, "cannot be read as PEM certificates: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] trusting(Collection<? extends Certificate> certificates)
      throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate : certificates) {
      store.setCertificateEntry(Integer.toString(number++), certificate);
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static IllegalArgumentException refusal(
      Path file, String why, @Nullable Exception cause) {
    return new IllegalArgumentException("CaCertFile=" + file + ": " + why, cause);
  }
}
