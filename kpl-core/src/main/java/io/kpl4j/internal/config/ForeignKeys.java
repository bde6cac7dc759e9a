// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static io.kpl4j.internal.config.ConfigKey.Effect.IGNORED;
import static io.kpl4j.internal.config.ConfigKey.Effect.REFUSED;
import static io.kpl4j.internal.config.ConfigKey.Group.FOREIGN;
import static io.kpl4j.internal.config.ValueType.amount;
import static io.kpl4j.internal.config.ValueType.count;
import static io.kpl4j.internal.config.ValueType.flag;
import static io.kpl4j.internal.config.ValueType.millis;
import static io.kpl4j.internal.config.ValueType.text;

import java.time.Duration;
import java.util.List;

/**
 * Keys of the KPL that have no meaning here, each with the reason. Immutable. They have the KPL's
 * types and ranges, so that a file is good or bad for both.
 */
final class ForeignKeys {

  private static final ValueType<String> ANY_TEXT = text("any text", "\\P{Cntrl}*");
  private static final ValueType<String> NOTHING = text("empty only", "");

  static final List<ConfigKey<?>> ALL =
      List.of(
          refused(
              "CaCertPath",
              "A directory of certificates cannot be read, and trusting others instead would be"
                  + " wrong. Put them in one file and name it with `CaCertFile`."),
          ignored(
              "CredentialsRefreshDelay",
              millis(1, 300_000),
              Duration.ofSeconds(5),
              "Credentials are asked of their provider for each request, and it refreshes them."),
          ignored(
              "DaemonHealthCheckTimeoutMs",
              amount(5_000, Long.MAX_VALUE),
              30_000L,
              "There is no daemon."),
          ignored("EnableCoreDumps", flag(), false, "There is no native process."),
          ignored("EnableDaemonHealthCheck", flag(), false, "There is no daemon."),
          ignored(
              "EnableOldestFutureTracker",
              flag(),
              true,
              "`oldestRecordAge()` always works and costs nothing."),
          refused(
              "GlueSchemaRegistryPropertiesFilePath",
              "The Glue schema registry is not supported: records would be written that its"
                  + " consumers cannot read."),
          ignored(
              "LogLevel",
              text("trace, debug, info, warning, error", "trace|debug|info|warning|error"),
              "info",
              "Logs go through SLF4J, whose back end has the level."),
          ignored(
              "MinConnections",
              count(1, 16),
              1,
              "Connections are opened when they are needed, and then kept."),
          ignored("NativeExecutable", ANY_TEXT, "", "There is no native process."),
          ignored(
              "ReturnUserRecordOnFailure", flag(), false, "A failure always carries its record."),
          ignored("StsEndpoint", ANY_TEXT, "", "STS is the credentials provider's business."),
          ignored("StsPort", count(1, 65_535), 443, "STS is the credentials provider's business."),
          ignored("TempDirectory", ANY_TEXT, "", "Nothing is unpacked."),
          ignored(
              "ThreadingModel",
              text("PER_REQUEST, POOLED", "PER_REQUEST|POOLED"),
              "PER_REQUEST",
              "There are never threads for single requests; see `SenderThreads`."),
          ignored(
              "ThreadPoolSize",
              count(0, Integer.MAX_VALUE),
              0,
              "There is no pool of threads for requests; see `SenderThreads`."),
          ignored(
              "UserRecordTimeoutInMillis",
              amount(0, Long.MAX_VALUE),
              0L,
              "`RecordTtl` and `RequestTimeout` bound every record, and `orTimeout` any future."));

  private ForeignKeys() {}

  private static <T> ConfigKey<T> ignored(
      String name, ValueType<T> type, T fallback, String reason) {
    return ConfigKey.key(name, type, fallback, FOREIGN, reason).with(IGNORED);
  }

  private static ConfigKey<String> refused(String name, String reason) {
    return ConfigKey.key(name, NOTHING, "", FOREIGN, reason).with(REFUSED);
  }
}
