// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.List;

/** Writes the page of a report: charts, then the tables. Stateless. */
final class HtmlPage {

  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em }
      svg { max-width: 100%; height: auto; display: block; margin: 1em 0 }
      table { border-collapse: collapse; font-size: 13px; margin: 1em 0 }
      td, th { border-bottom: 1px solid #8884; padding: .25em .7em .25em 0; text-align: left }
      td { font-variant-numeric: tabular-nums }
      :root { color-scheme: light dark }
      """;

  /** How it was run, and the targets; the rest are behind the charts. */
  private static final int TABLES_FIRST = 2;

  private HtmlPage() {}

  static String of(Results results) {
    StringBuilder page = new StringBuilder();
    page.append("<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>\n");
    page.append("<title>kpl4j side by side</title>\n<style>\n").append(STYLE);
    page.append("</style></head><body>\n<h1>kpl4j, the official KPL and the plain SDK</h1>\n");
    List<Table> tables = Table.of(results);
    tables.stream().limit(TABLES_FIRST).forEach(table -> table(page, table));
    Charts.of(results).values().forEach(page::append);
    tables.stream().skip(TABLES_FIRST).forEach(table -> table(page, table));
    return page.append("</body></html>\n").toString();
  }

  private static void table(StringBuilder page, Table table) {
    heading(page, table.title());
    page.append("<table>\n");
    row(page, "th", table.head());
    table.rows().forEach(cells -> row(page, "td", cells));
    page.append("</table>\n");
  }

  private static void row(StringBuilder page, String tag, List<String> cells) {
    page.append("<tr>");
    for (String cell : cells) {
      page.append('<').append(tag).append('>').append(Svg.escape(cell));
      page.append("</").append(tag).append('>');
    }
    page.append("</tr>\n");
  }

  private static void heading(StringBuilder page, String text) {
    page.append("<h2>").append(Svg.escape(text)).append("</h2>\n");
  }
}
