// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Draws charts that need nothing but themselves. Stateless. */
final class Svg {

  private static final int WIDTH = 820;
  private static final int ROW = 22;
  private static final int TITLE = 40;
  private static final int HEADING = 26;
  private static final int GAP = 14;
  private static final int LABELS = 190;
  private static final int FIGURES = 250;
  private static final int PLOT_HEIGHT = 260;
  private static final int MARGIN = 60;
  private static final int PLOT_END = 740;
  private static final int GRID_LINES = 5;

  private Svg() {}

  /**
   * A part of a chart.
   *
   * @param height how high it is
   * @param body its elements, from the upper left corner
   */
  record Panel(int height, String body) {}

  /**
   * A bar with its range.
   *
   * @param label what it is
   * @param color how it looks
   * @param range its length and its whisker
   */
  record Bar(String label, String color, Range range) {}

  /**
   * A line.
   *
   * @param label what it is
   * @param color how it looks
   * @param points x and y of each
   */
  record Line(String label, String color, List<double[]> points) {}

  /**
   * A place on an axis.
   *
   * @param at its value
   * @param label how it is called
   */
  record Tick(double at, String label) {}

  /**
   * What is below.
   *
   * @param title its unit
   * @param ticks its places, the last one at its end; if there are none, it goes from zero to a
   *     round number that covers the greatest value
   */
  record Axis(String title, List<Tick> ticks) {}

  /** All of a chart: a document of its own, that may as well stand in a page. */
  static String chart(String title, List<Panel> panels) {
    int height = TITLE + panels.stream().mapToInt(panel -> panel.height + GAP).sum();
    StringBuilder svg = new StringBuilder();
    add(
        svg,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' role='img'"
            + " font-family='sans-serif' font-size='12' fill='#222'>",
        WIDTH,
        height,
        WIDTH);
    add(svg, "<title>%s</title>", escape(title));
    add(svg, "<rect width='%d' height='%d' fill='#fff'/>", WIDTH, height);
    add(svg, "<text x='12' y='24' font-size='16' font-weight='bold'>%s</text>", escape(title));
    int top = TITLE;
    for (Panel panel : panels) {
      add(svg, "<g transform='translate(0 %d)'>%s</g>", top, panel.body);
      top += panel.height + GAP;
    }
    return svg.append("</svg>\n").toString();
  }

  static Panel bars(String heading, List<Bar> bars) {
    double most = bars.stream().mapToDouble(bar -> bar.range.greatest()).max().orElse(1);
    double scale = (WIDTH - LABELS - FIGURES) / Math.max(most, 1e-12);
    StringBuilder svg = headed(heading);
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int top = HEADING + i * ROW;
      text(svg, LABELS - 8, top + 14, "end", bar.label);
      add(
          svg,
          "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>",
          LABELS,
          top + 2,
          Math.max(1, bar.range.median() * scale),
          ROW - 6,
          bar.color);
      add(
          svg,
          "<path d='M%.1f %dH%.1f' stroke='#222'/>",
          LABELS + bar.range.least() * scale,
          top + 10,
          LABELS + bar.range.greatest() * scale);
      double behind = LABELS + bar.range.greatest() * scale + 8;
      text(svg, behind, top + 14, "start", bar.range.text());
    }
    return new Panel(HEADING + bars.size() * ROW, svg.toString());
  }

  /** Lines over axes that begin at zero. */
  static Panel lines(String heading, List<Line> lines, Axis below, String yTitle) {
    List<Tick> columns = below.ticks.isEmpty() ? round(most(lines, 0)) : below.ticks;
    List<Tick> rows = round(most(lines, 1));
    double xMost = last(columns).at;
    double yMost = last(rows).at;
    int bottom = HEADING + PLOT_HEIGHT;
    int right = PLOT_END;
    StringBuilder svg = headed(heading);
    for (Tick tick : rows) {
      double y = bottom - tick.at / yMost * (PLOT_HEIGHT - 20);
      add(svg, "<path d='M%d %.1fH%d' stroke='#ddd'/>", MARGIN, y, right);
      String unit = tick.at == yMost ? " " + yTitle : "";
      text(svg, MARGIN - 6, y + 4, "end", tick.label + unit);
    }
    for (Tick tick : columns) {
      double x = MARGIN + tick.at / xMost * (right - MARGIN);
      text(svg, x, bottom + 16, "middle", tick.label);
    }
    text(svg, right, bottom + 34, "end", below.title);
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      StringBuilder path = new StringBuilder();
      for (double[] point : line.points) {
        double x = MARGIN + point[0] / xMost * (right - MARGIN);
        double y = bottom - point[1] / yMost * (PLOT_HEIGHT - 20);
        path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
      }
      add(svg, "<path d='%s' fill='none' stroke='%s' stroke-width='2'/>", path, line.color);
      int top = bottom + 34 + i * ROW;
      add(svg, "<rect x='%d' y='%d' width='14' height='4' fill='%s'/>", MARGIN, top, line.color);
      text(svg, MARGIN + 22, top + 6, "start", line.label);
    }
    return new Panel(bottom + 34 + lines.size() * ROW, svg.toString());
  }

  private static Tick last(List<Tick> ticks) {
    return ticks.get(ticks.size() - 1);
  }

  /** Places from zero up to this at least, a round number apart: 1, 2 or 5 and zeros. */
  static List<Tick> round(double most) {
    double least = most / GRID_LINES;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double step =
        DoubleStream.of(1, 2, 5)
            .map(times -> times * power)
            .filter(each -> each >= least)
            .findFirst()
            .orElse(10 * power);
    return IntStream.rangeClosed(0, (int) Math.ceil(most / step))
        .mapToDouble(i -> i * step)
        .mapToObj(at -> new Tick(at, at == Math.rint(at) ? whole(at) : Range.text(at)))
        .toList();
  }

  private static String whole(double value) {
    return String.format(Locale.ROOT, "%,.0f", value);
  }

  private static double most(List<Line> lines, int axis) {
    DoubleStream all =
        lines.stream().flatMap(line -> line.points.stream()).mapToDouble(point -> point[axis]);
    return Math.max(1e-9, all.max().orElse(1));
  }

  private static StringBuilder headed(String heading) {
    StringBuilder svg = new StringBuilder();
    add(svg, "<text x='12' y='14' font-weight='bold'>%s</text>", escape(heading));
    return svg;
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    add(svg, "<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>", x, y, anchor, escape(text));
  }

  private static void add(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
