// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.List;

/** Writes the tables of a report in Markdown. Stateless. */
final class MarkdownTable {

  private MarkdownTable() {}

  static String of(Results results) {
    StringBuilder text = new StringBuilder("# kpl4j, the official KPL and the plain SDK\n");
    for (Table table : Table.of(results)) {
      text.append("\n## ").append(table.title()).append("\n\n");
      row(text, table.head());
      row(text, table.head().stream().map(name -> "---").toList());
      table.rows().forEach(cells -> row(text, cells));
    }
    return text.toString();
  }

  private static void row(StringBuilder text, List<String> cells) {
    text.append('|');
    cells.forEach(cell -> text.append(' ').append(cell.replace("|", "\\|")).append(" |"));
    text.append('\n');
  }
}
