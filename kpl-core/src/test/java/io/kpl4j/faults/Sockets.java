// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The connections of this machine, as Linux lists them: also those into a black hole, of which the
 * endpoint cannot tell whether the client has closed them. Stateless.
 */
final class Sockets {

  private static final List<Path> TABLES =
      List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6"));

  /** Established, being opened, and closed by the other side alone. */
  private static final Set<String> HELD = Set.of("01", "02", "08");

  private Sockets() {}

  /** How many connections to this port a client holds; none where there is no such list. */
  static long openTo(int port) {
    String remote = String.format(Locale.ROOT, ":%04X", port);
    return TABLES.stream().filter(Files::isReadable).mapToLong(table -> count(table, remote)).sum();
  }

  private static long count(Path table, String remote) {
    try {
      return Files.readAllLines(table).stream()
          .map(line -> line.strip().split("\\s+"))
          .filter(row -> row.length > 3 && row[2].endsWith(remote) && HELD.contains(row[3]))
          .count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
