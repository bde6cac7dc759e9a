// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** Properties files of the KPL with all its keys. */
class KplFileTest {

  private static final Path FOLDER = Path.of("src", "test", "resources", "kpl");

  private final List<String> warnings = new ArrayList<>();

  /** Every key of the KPL at its default there. */
  static Properties defaults() {
    return PropertiesFile.read(FOLDER.resolve("defaults.properties"));
  }

  /** Every key of the KPL, at another value where one is accepted here. */
  static Properties others() {
    return PropertiesFile.read(FOLDER.resolve("others.properties"));
  }

  private ConfigValues read(Properties properties) {
    return PropertiesReader.read(properties, false, warnings::add);
  }

  private static String ignored() {
    return "Ignored, as they have no meaning here: "
        + KnownKeys.all().stream()
            .filter(key -> key.effect() == ConfigKey.Effect.IGNORED)
            .map(ConfigKey::name)
            .collect(joining(", "));
  }

  @Test
  void read_kplDefaults_loadWithOneWarning() {
    ConfigValues values = read(defaults());

    assertThat(values).hasToString("[MetricsLevel=detailed, MetricsGranularity=shard]");
    assertThat(warnings).containsExactly(ignored());
  }

  @Test
  void read_kplKeysAtOtherValues_loadWithOneWarning() {
    Properties others = others();

    ConfigValues values = read(others);

    assertThat(warnings).containsExactly(ignored());
    for (ConfigKey<?> key : ConfigKeys.ALL) {
      if (others.containsKey(key.name())) {
        assertThat(values.isDefault(key)).as(key.name()).isFalse();
        assertThat(format(values, key)).isEqualTo(others.getProperty(key.name()));
      }
    }
  }

  private static <T> String format(ConfigValues values, ConfigKey<T> key) {
    return key.format(values.get(key));
  }

  @Test
  void defaults_ofTheKpl_areOursButForTheMetrics() {
    Properties kpl = defaults();
    ConfigValues ours = ConfigValues.of(java.util.Map.of(), java.util.Map.of());

    List<String> different = new ArrayList<>();
    for (ConfigKey<?> key : ConfigKeys.ALL) {
      if (kpl.containsKey(key.name()) && !format(ours, key).equals(kpl.getProperty(key.name()))) {
        different.add(key.name());
      }
    }

    assertThat(different).containsExactlyInAnyOrder("MetricsLevel", "MetricsGranularity");
  }

  @Test
  void files_haveTheSameKeys() {
    assertThat(others().stringPropertyNames()).isEqualTo(defaults().stringPropertyNames());
  }

  @Test
  void read_semicolonOfTheKplsSampleFile_isRefusedWithTheWayOut() {
    Properties sample = defaults();
    sample.setProperty("MaxUserRecordSize", "1048576;");

    assertThatThrownBy(() -> read(sample))
        .hasMessage(
            "MaxUserRecordSize=1048576; is not allowed; allowed: 64 to 10485760; remove the"
                + " semicolon at its end");
  }
}
