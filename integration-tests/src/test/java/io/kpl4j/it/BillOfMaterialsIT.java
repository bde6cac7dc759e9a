// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bills of materials, which the profile "sbom" makes, name what the documentation allows. */
class BillOfMaterialsIT {

  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([\\w.-]+:[\\w.*-]+)` \\| (.+?) \\|");

  private static Map<Pattern, Set<String>> allowed() throws IOException {
    Map<Pattern, Set<String>> allowed = new LinkedHashMap<>();
    Matcher row = ROW.matcher(Files.readString(Path.of("..", "docs", "security.md"), UTF_8));
    while (row.find()) {
      allowed.put(
          Pattern.compile(row.group(1).replace(".", "\\.").replace("*", ".*")),
          new TreeSet<>(Set.of(row.group(2).split(", "))));
    }
    return allowed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"kpl-aggregation", "kpl-core", "kpl-metrics", "kpl-testkit", "kpl-junit"})
  void module_hasOnlyWhatTheDocumentationAllows(String module) throws IOException {
    Path bill = billOfThisBuild(module);
    Map<Pattern, Set<String>> allowed = allowed();

    JsonNode components = new ObjectMapper().readTree(bill.toFile()).get("components");
    assertThat(components).isNotEmpty();
    for (JsonNode component : components) {
      String name = component.get("group").asText() + ":" + component.get("name").asText();
      if (!name.startsWith("io.kpl4j:")) {
        assertThat(licences(component))
            .as(name)
            .isEqualTo(
                allowed.entrySet().stream()
                    .filter(row -> row.getKey().matcher(name).matches())
                    .findFirst()
                    .map(Map.Entry::getValue)
                    .orElse(Set.of("not in docs/security.md")));
      }
    }
  }

  /** One that an earlier build left behind says nothing of this one. */
  private static Path billOfThisBuild(String module) throws IOException {
    assumeTrue(
        "package".equals(System.getProperty("kpl.sbom.phase")),
        "./mvnw -Psbom verify makes bills of materials");

    Path bill = Path.of("..", module, "target", "bom.json");
    assertThat(bill).exists();
    assertThat(Files.getLastModifiedTime(bill).toInstant())
        .as("when %s was made", bill)
        .isAfterOrEqualTo(Instant.parse(System.getProperty("kpl.build.started")));
    return bill;
  }

  private static Set<String> licences(JsonNode component) {
    Set<String> licences = new TreeSet<>();
    for (JsonNode choice : component.path("licenses")) {
      JsonNode licence = choice.path("license");
      licences.add(licence.path("id").asText(licence.path("name").asText()));
    }
    return licences;
  }
}
