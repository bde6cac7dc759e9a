// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.KinesisProducerConfigBuilder;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Failed;
import io.kpl4j.internal.send.PutRecordsReply.Origin;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import javax.net.ServerSocketFactory;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS against a server whose certificate, made for {@code localhost}, nobody has signed. */
final class CertificatesTest {

  private static final char[] PASSWORD = "not-secret".toCharArray();

  @TempDir static Path folder;
  private static Path pem;
  private static ServerSocketFactory sockets;

  @BeforeAll
  static void makeCertificate() throws Exception {
    Path store = folder.resolve("server.p12");
    keytool(store);
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    sockets = context.getServerSocketFactory();
    byte[] encoded = keys.getCertificate("server").getEncoded();
    pem = folder.resolve("ca.pem");
    Files.writeString(pem, pem(encoded), US_ASCII);
  }

  private static void keytool(Path store) throws Exception {
    Path keytool = Path.of(System.getProperty("java.home"), "bin", "keytool");
    Process process =
        new ProcessBuilder(
                List.of(
                    keytool.toString(),
                    "-genkeypair",
                    "-alias",
                    "server",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost",
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    new String(PASSWORD)))
            .inheritIO()
            .start();
    assertThat(process.waitFor(60, SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  private static String pem(byte[] encoded) {
    return "A comment, as bundles have.\n-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(encoded)
        + "\n-----END CERTIFICATE-----\n";
  }

  @Test
  void send_unknownCertificate_isRefused() throws Exception {
    Failed failed = (Failed) send("localhost", config -> config);

    assertThat(failed.origin()).isEqualTo(Origin.CLIENT);
    assertThat(failed.errorCode()).isEqualTo("SSLHandshakeException");
    assertThat(failed.message()).contains("certification path");
  }

  @Test
  void send_certificateInCaCertFile_isTrusted() throws Exception {
    assertThat(send("localhost", config -> config.caCertFile(pem))).isInstanceOf(Answered.class);
  }

  @Test
  void send_trustedCertificateOfAnotherHost_isRefused() throws Exception {
    Failed failed = (Failed) send("127.0.0.1", config -> config.caCertFile(pem));

    assertThat(failed.errorCode()).isEqualTo("SSLHandshakeException");
  }

  @Test
  void send_verifyCertificateOff_trustsAnyCertificateOfAnyHost() throws Exception {
    assertThat(send("127.0.0.1", config -> config.verifyCertificate(false)))
        .isInstanceOf(Answered.class);
  }

  private static PutRecordsReply send(
      String host, UnaryOperator<KinesisProducerConfigBuilder> settings) throws Exception {
    try (ScriptedServer server = ScriptedServer.tls(sockets, request -> Wire.stored(1));
        KinesisConnection connection =
            Connections.own(settings.apply(Connections.config(server.uri(host))).build())) {
      CompletableFuture<PutRecordsReply> reply = new CompletableFuture<>();
      new SdkRecordSender(connection, Runnable::run).send(Batches.one("clicks"), reply::complete);
      return reply.get(30, SECONDS);
    }
  }
}
