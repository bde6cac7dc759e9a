// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What {@link KinesisProducer#warmUp} found: every stream takes records. Immutable. */
public final class WarmUpReport {

  private final List<StreamReport> streams;

  /**
   * Creates a report.
   *
   * @param streams one for each stream, in the order in which they were named
   */
  public WarmUpReport(List<StreamReport> streams) {
    this.streams = List.copyOf(streams);
  }

  /** {@return one report for each stream, in the order in which they were named} */
  public List<StreamReport> streams() {
    return streams;
  }

  /**
   * {@return what is not as it should be, each as a text that names the stream, and the permission
   * where one is missing; records are taken all the same}
   */
  public List<String> problems() {
    return streams.stream()
        .flatMap(stream -> stream.problems().stream().map(text -> stream.name() + ": " + text))
        .toList();
  }

  @Override
  public String toString() {
    return "WarmUpReport" + streams;
  }

  /** What was found of one stream. Immutable. */
  public static final class StreamReport {

    private final String name;
    private final @Nullable Integer openShards;
    private final @Nullable Description description;
    private final List<String> missingPermissions;
    private final List<String> problems;

    /**
     * Creates a report.
     *
     * @param name as it was named
     * @param openShards how many open shards it has, or null if they were not listed
     * @param description what the service says of it, or null if it was not described
     * @param missingPermissions permissions that it lacks
     * @param problems those, and what else is not as it should be, as text
     */
    public StreamReport(
        String name,
        @Nullable Integer openShards,
        @Nullable Description description,
        List<String> missingPermissions,
        List<String> problems) {
      this.name = requireNonNull(name, "name");
      this.openShards = openShards;
      this.description = description;
      this.missingPermissions = List.copyOf(missingPermissions);
      this.problems = List.copyOf(problems);
    }

    /** {@return the stream as it was named} */
    public String name() {
      return name;
    }

    /**
     * {@return how many open shards it has; empty if they could not be listed, or need not be as
     * the service spreads the records itself}
     */
    public OptionalInt openShards() {
      return openShards == null ? OptionalInt.empty() : OptionalInt.of(openShards);
    }

    /** {@return what the service says of it; empty if it could not be described} */
    public Optional<Description> description() {
      return Optional.ofNullable(description);
    }

    /**
     * {@return permissions that the credentials lack on it, such as {@code kinesis:ListShards}; it
     * takes records without, but for what {@link #problems} says}
     */
    public List<String> missingPermissions() {
      return missingPermissions;
    }

    /** {@return what is not as it should be, as text; records are taken all the same} */
    public List<String> problems() {
      return problems;
    }

    @Override
    public String toString() {
      return "["
          + name
          + (openShards == null ? "" : ", " + openShards + " open shards")
          + (problems.isEmpty() ? "]" : ", " + problems + "]");
    }
  }

  /** What the service says of a stream, by DescribeStreamSummary. Immutable. */
  public static final class Description {

    private final String arn;
    private final @Nullable String mode;
    private final long maxRecordBytes;

    /**
     * Creates a description.
     *
     * @param arn the stream's ARN
     * @param mode its mode, or null if not said
     * @param maxRecordBytes its record limit, or 0 if not said
     */
    public Description(String arn, @Nullable String mode, long maxRecordBytes) {
      this.arn = requireNonNull(arn, "arn");
      this.mode = mode;
      this.maxRecordBytes = maxRecordBytes;
    }

    /** {@return the stream's ARN} */
    public String arn() {
      return arn;
    }

    /** {@return {@code PROVISIONED} or {@code ON_DEMAND}; empty if the service does not say} */
    public Optional<String> mode() {
      return Optional.ofNullable(mode);
    }

    /**
     * {@return how many bytes data and partition key of a record may have together; empty if the
     * service does not say}
     */
    public OptionalLong maxRecordBytes() {
      return maxRecordBytes == 0 ? OptionalLong.empty() : OptionalLong.of(maxRecordBytes);
    }
  }
}
