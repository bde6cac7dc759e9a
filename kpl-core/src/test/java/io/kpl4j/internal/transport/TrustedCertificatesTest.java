// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.transport;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not a file of certificates; what is, is shown by the connections that trust it. */
class TrustedCertificatesTest {

  @TempDir Path folder;

  @Test
  void read_noSuchFile_namesThePath() {
    Path gone = folder.resolve("gone.pem");

    assertThatThrownBy(() -> TrustedCertificates.read(gone))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CaCertFile=" + gone + ": there is no such file");
  }

  @Test
  void read_notPem_namesThePath() throws Exception {
    Path text = Files.writeString(folder.resolve("text.pem"), "no certificate at all");

    assertThatThrownBy(() -> TrustedCertificates.read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("CaCertFile=" + text + ": ");
  }

  @Test
  void read_emptyFile_namesThePath() throws Exception {
    Path empty = Files.createFile(folder.resolve("empty.pem"));

    assertThatThrownBy(() -> TrustedCertificates.read(empty))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("CaCertFile=" + empty + ": there is no certificate in it");
  }

  @Test
  void read_folder_namesThePath() {
    assertThatThrownBy(() -> TrustedCertificates.read(folder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("CaCertFile=" + folder + ": cannot be read");
  }
}
