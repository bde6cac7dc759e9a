// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A dimension that published metrics have beside those of the library. Immutable. */
public final class MetricsDimension {

  private final String name;
  private final String value;
  private final MetricsGranularity granularity;

  private MetricsDimension(String name, String value, MetricsGranularity granularity) {
    this.name = requireNonNull(name, "name");
    this.value = requireNonNull(value, "value");
    this.granularity = requireNonNull(granularity, "granularity");
  }

  /**
   * Creates a dimension.
   *
   * @param name 1 to 255 printable ASCII characters without {@code = : ;}, none of the library's
   *     own
   * @param value 1 to 255 printable ASCII characters without {@code ;}
   * @param granularity where it stands in the chain of dimensions: before the stream, after it, or
   *     after the shard. Metrics of that granularity are published with and without it, finer ones
   *     with it
   * @return the dimension
   */
  public static MetricsDimension of(String name, String value, MetricsGranularity granularity) {
    return new MetricsDimension(name, value, granularity);
  }

  /** {@return its name} */
  public String name() {
    return name;
  }

  /** {@return its value} */
  public String value() {
    return value;
  }

  /** {@return where it stands} */
  public MetricsGranularity granularity() {
    return granularity;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MetricsDimension that
        && name.equals(that.name)
        && value.equals(that.value)
        && granularity == that.granularity;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * name.hashCode() + value.hashCode()) + granularity.hashCode();
  }

  /** As a properties file spells it. */
  @Override
  public String toString() {
    return name + "=" + value + ":" + granularity.name().toLowerCase(Locale.ROOT);
  }
}
