// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** Draws charts that need nothing but the page they are on. Stateless. */
final class Svg {

  private static final int WIDTH = 760;
  private static final int ROW = 22;
  private static final int LABELS = 190;
  private static final int FIGURES = 190;
  private static final int PLOT_HEIGHT = 260;
  private static final int MARGIN = 60;
  private static final int GRID_LINES = 5;

  private Svg() {}

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
   * What is below.
   *
   * @param title its unit
   * @param labels of 0, 1, 2 and so on; if there are none, five values between zero and the
   *     greatest
   */
  record Axis(String title, List<String> labels) {}

  static String bars(List<Bar> bars) {
    double most = bars.stream().mapToDouble(bar -> bar.range.greatest()).max().orElse(1);
    double scale = (WIDTH - LABELS - FIGURES) / Math.max(most, 1e-12);
    StringBuilder svg = open(bars.size() * ROW + 4);
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int top = i * ROW + 2;
      double end = LABELS + bar.range.median() * scale;
      text(svg, LABELS - 8, top + 14, "end", bar.label);
      add(
          svg,
          "<rect x='%d' y='%d' width='%.1f' height='%d' fill='%s'/>",
          LABELS,
          top + 2,
          Math.max(1, end - LABELS),
          ROW - 6,
          bar.color);
      add(
          svg,
          "<path d='M%.1f %dH%.1f' stroke='currentColor' stroke-width='2'/>",
          LABELS + bar.range.least() * scale,
          top + 10,
          LABELS + bar.range.greatest() * scale);
      double behind = LABELS + bar.range.greatest() * scale + 8;
      text(svg, behind, top + 14, "start", bar.range.text());
    }
    return svg.append("</svg>").toString();
  }

  /** Lines over axes that begin at zero. */
  static String lines(List<Line> lines, Axis below, String yTitle) {
    int named = below.labels.size() - 1;
    double xMost = named > 0 ? named : most(lines, 0);
    double yMost = most(lines, 1);
    StringBuilder svg = open(PLOT_HEIGHT + MARGIN + lines.size() * ROW);
    int right = WIDTH - 20;
    for (int i = 0; i <= GRID_LINES; i++) {
      double y = PLOT_HEIGHT - i * (PLOT_HEIGHT - 20.0) / GRID_LINES;
      add(svg, "<path d='M%d %.1fH%d' stroke='currentColor' opacity='.15'/>", MARGIN, y, right);
      text(svg, MARGIN - 6, y + 4, "end", Range.text(yMost * i / GRID_LINES));
    }
    int steps = named > 0 ? named : GRID_LINES;
    for (int i = 0; i <= steps; i++) {
      String label = named > 0 ? below.labels.get(i) : Range.text(xMost * i / GRID_LINES);
      double x = MARGIN + i * (right - MARGIN) / (double) steps;
      text(svg, x, PLOT_HEIGHT + 16, "middle", label);
    }
    text(svg, MARGIN, 12, "start", yTitle);
    text(svg, right, PLOT_HEIGHT + 34, "end", below.title);
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      StringBuilder path = new StringBuilder();
      for (double[] point : line.points) {
        double x = MARGIN + point[0] / xMost * (right - MARGIN);
        double y = PLOT_HEIGHT - point[1] / yMost * (PLOT_HEIGHT - 20);
        path.append(String.format(Locale.ROOT, "%s%.1f %.1f", path.isEmpty() ? "M" : "L", x, y));
      }
      add(svg, "<path d='%s' fill='none' stroke='%s' stroke-width='2'/>", path, line.color);
      int top = PLOT_HEIGHT + MARGIN - 10 + i * ROW;
      add(svg, "<rect x='%d' y='%d' width='14' height='4' fill='%s'/>", MARGIN, top, line.color);
      text(svg, MARGIN + 22, top + 6, "start", line.label);
    }
    return svg.append("</svg>").toString();
  }

  private static double most(List<Line> lines, int axis) {
    DoubleStream all =
        lines.stream().flatMap(line -> line.points.stream()).mapToDouble(point -> point[axis]);
    return Math.max(1e-9, all.max().orElse(1));
  }

  private static StringBuilder open(int height) {
    StringBuilder svg = new StringBuilder();
    add(svg, "<svg viewBox='0 0 %d %d' width='%d' role='img'>", WIDTH, height, WIDTH);
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
