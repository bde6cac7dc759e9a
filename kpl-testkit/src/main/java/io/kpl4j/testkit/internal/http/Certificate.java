// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A self-signed certificate for localhost and 127.0.0.1 with its key. Immutable.
 *
 * <p>Made by the {@code keytool} of the running Java: the JDK has no public API for it, and the
 * libraries that have one weigh more than all of this endpoint.
 *
 * @param privateKey the key
 * @param certificate the certificate, good for a year
 */
public record Certificate(PrivateKey privateKey, X509Certificate certificate) {

  private static final String ALIAS = "endpoint";
  // Protects a file that only its owner can read and that lives for a second.
  private static final char[] PASSWORD = "kpl-testkit".toCharArray();
  private static final int TIMEOUT_SECONDS = 60;

  @GuardedBy("Certificate.class")
  private static @Nullable Certificate made;

  /** The one certificate of this JVM; made when first asked for. */
  public static synchronized Certificate ofThisJvm() {
    Certificate certificate = made;
    if (certificate == null) {
      certificate = make();
      made = certificate;
    }
    return certificate;
  }

  private static Certificate make() {
    try {
      Path folder = Files.createTempDirectory("kpl-testkit");
      Path file = folder.resolve("endpoint.p12");
      try {
        runKeytool(file);
        return read(file);
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a certificate", e);
    }
  }

  private static void runKeytool(Path target) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
            "-genkeypair",
            "-alias",
            ALIAS,
            "-keyalg",
            "EC",
            "-groupname",
            "secp256r1",
            "-dname",
            "CN=localhost",
            "-ext",
            "SAN=dns:localhost,ip:127.0.0.1",
            "-ext",
            "BC=ca:true",
            "-validity",
            "365",
            "-storetype",
            "PKCS12",
            "-storepass",
            new String(PASSWORD),
            "-keystore",
            target.toString());
    Process keytool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!keytool.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
        throw new IOException("this failed: " + String.join(" ", command));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    } finally {
      keytool.destroyForcibly();
    }
  }

  private static Certificate read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, PASSWORD);
      return new Certificate(
          (PrivateKey) store.getKey(ALIAS, PASSWORD),
          (X509Certificate) store.getCertificate(ALIAS));
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool wrote what this Java cannot read", e);
    }
  }
}
