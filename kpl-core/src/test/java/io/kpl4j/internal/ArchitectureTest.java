// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.kpl4j.KinesisProducer;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows of the design: who may know whom. */
class ArchitectureTest {

  private static final String ROOT = "io.kpl4j.internal.";

  /** In the order of flow: each may use those before it. */
  private static final List<String> STAGES =
      List.of(
          "record",
          "shard",
          "aggregate",
          "lane",
          "batch",
          "send",
          "retry",
          "result",
          "check",
          "engine");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .importUrl(KinesisProducer.class.getProtectionDomain().getCodeSource().getLocation());

  static List<String> stages() {
    return STAGES;
  }

  @Test
  void classes_areThere() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
        .contains("io.kpl4j", "io.kpl4j.event", ROOT + "deadline", ROOT + "config")
        .containsAll(STAGES.stream().map(stage -> ROOT + stage).toList());
  }

  @ParameterizedTest
  @MethodSource("stages")
  void stage_usesNoneAfterIt(String stage) {
    String[] later =
        STAGES.subList(STAGES.indexOf(stage) + 1, STAGES.size()).stream()
            .map(name -> ROOT + name + "..")
            .toArray(String[]::new);

    noClasses()
        .that()
        .resideInAPackage(ROOT + stage + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(later)
        .check(CLASSES);
  }

  @Test
  void deadline_usesNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "deadline")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.kpl4j..").and(not(resideInAnyPackage(ROOT + "deadline"))))
        .check(CLASSES);
  }

  @Test
  void config_isUsedOnlyByThePublicApiAndTheEngine() {
    classes()
        .that()
        .resideInAPackage(ROOT + "config..")
        .should()
        .onlyBeAccessed()
        .byAnyPackage("io.kpl4j", ROOT + "engine", ROOT + "config..")
        .check(CLASSES);
  }

  @Test
  void transport_isUsedOnlyBySendAndUsesThePublicApiAlone() {
    classes()
        .that()
        .resideInAPackage(ROOT + "transport")
        .should()
        .onlyBeAccessed()
        .byAnyPackage(ROOT + "send", ROOT + "transport")
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAPackage(ROOT + "transport")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(ROOT.replaceAll("\\.$", ".."))
                .and(not(resideInAnyPackage(ROOT + "transport"))))
        .check(CLASSES);
  }

  @Test
  void engine_isUsedOnlyByTheBuilder() {
    noClasses()
        .that(
            not(resideInAnyPackage(ROOT + "engine")).and(not(simpleName("KinesisProducerBuilder"))))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "engine")
        .check(CLASSES);
  }

  @Test
  void publicApi_seesInternalsOnlyWhereItHandsItselfOver() {
    noClasses()
        .that()
        .resideInAnyPackage("io.kpl4j", "io.kpl4j.event")
        .and()
        .haveNameNotMatching(
            "io\\.kpl4j\\.(KinesisProducerBuilder|KinesisProducerConfig|KinesisProducerConfigBuilder|StreamConfigBuilder|UserRecord)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.kpl4j.internal..")
        .check(CLASSES);
  }

  @Test
  void clocks_areReadOnlyInTheEngine() {
    noClasses()
        .that(not(resideInAnyPackage(ROOT + "engine")))
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.InstantSource.class, "system")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.Clock.class)
        .check(CLASSES);
  }

  @Test
  void threads_areMadeOnlyInTheEngine() {
    noClasses()
        .that(not(resideInAnyPackage(ROOT + "engine")))
        .should()
        .callConstructor(Thread.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class)
        .orShould()
        .callConstructor(Thread.class, String.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class, String.class)
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.concurrent.AbstractExecutorService.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.util.concurrent.ThreadFactory.class)
        .check(CLASSES.that(not(simpleName("KinesisProducerBuilder")).and(notTransport())));
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Executors.class, java.util.Timer.class)
        .check(CLASSES);
  }

  /** The transport is handed the factory that the engine made. */
  private static com.tngtech.archunit.base.DescribedPredicate<JavaClass> notTransport() {
    return not(
        simpleName("NettyTransport")
            .or(simpleName("KinesisConnection"))
            .or(simpleName("OwnClient")));
  }

  @Test
  void chance_isDrawnOnlyInTheEngine() {
    noClasses()
        .that(not(resideInAnyPackage(ROOT + "engine")))
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(
            Random.class, SplittableRandom.class, ThreadLocalRandom.class, RandomGenerator.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(java.util.UUID.class, "randomUUID")
        .check(CLASSES);
  }

  @Test
  void awsSdk_isKnownOnlyWhereItIsSpokenTo() {
    noClasses()
        .that(
            not(resideInAnyPackage(ROOT + "send", ROOT + "transport"))
                .and(not(simpleName("KinesisProducerBuilder")))
                .and(not(simpleName("ProducerEventsFactory"))))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("software.amazon..", "io.netty..")
        .check(CLASSES);
  }

  @Test
  void packages_haveNoCycles() {
    slices().matching("io.kpl4j.internal.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void names_tellRolesNotPatterns() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Helpers|Util|Utils|Impl)(\\$.*)?")
        .check(CLASSES);
  }
}
