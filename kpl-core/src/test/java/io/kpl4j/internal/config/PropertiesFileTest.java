// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PropertiesFileTest {

  @TempDir Path folder;

  @Test
  void read_utf8WithByteOrderMark_isDecoded() throws IOException {
    Path file = write("\uFEFFMetricsNamespace = Größe\\u0021\n");

    assertThat(PropertiesFile.read(file)).containsOnly(entry("MetricsNamespace", "Größe!"));
  }

  @Test
  void read_missingFile_namesIt() {
    Path file = folder.resolve("absent.properties");

    assertThatThrownBy(() -> PropertiesFile.read(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot read the properties file %s: no such file", file);
  }

  @Test
  void read_directory_namesIt() {
    assertThatThrownBy(() -> PropertiesFile.read(folder))
        .hasMessage("cannot read the properties file %s: it is a directory", folder);
  }

  @Test
  void read_notUtf8_namesTheFile() throws IOException {
    Path file = folder.resolve("latin1.properties");
    Files.write(file, "MetricsNamespace = Größe".getBytes(ISO_8859_1));

    assertThatThrownBy(() -> PropertiesFile.read(file))
        .hasMessage("cannot read the properties file %s: not in UTF-8", file);
  }

  @Test
  void read_malformedEscape_namesFileAndLine() throws IOException {
    Path file =
        write(
            "# C:\\users are fine here\nTempDirectory = C:\\\\users\n\nNativeExecutable = C:\\users\n");

    assertThatThrownBy(() -> PropertiesFile.read(file))
        .hasMessage("%s, line 4: \\u must be followed by four hex digits", file);
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("producer.properties"), text);
  }
}
