// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;

/** The version of this library, as the build wrote it. Stateless. */
final class LibraryVersion {

  private LibraryVersion() {}

  static String get() {
    try (InputStream version = LibraryVersion.class.getResourceAsStream("version.txt")) {
      return version == null ? "unknown" : new String(version.readAllBytes(), US_ASCII).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
