// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What users get loads no class by name, calls nothing that it finds by reflection, and makes no
 * objects of what others have sent but by its own hand. Services are found by {@code
 * ServiceLoader}, in one place.
 */
class PublishedCodeTest {

  private static final Pattern PUBLISHED =
      Pattern.compile(".*/kpl-(aggregation|core|metrics|testkit|junit)/target/.*");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(
              location ->
                  location.matches(PUBLISHED)
                      && !location.contains("/test-classes/")
                      && !location.contains("-tests.jar"))
          .importPackages("io.kpl4j");

  /** What only looks at names, modifiers and parents, or is what JUnit hands an extension. */
  private static final Set<Class<?>> HARMLESS =
      Set.of(Modifier.class, Parameter.class, AnnotatedElement.class);

  private static final Set<String> HARMLESS_OF_CLASS =
      Set.of(
          "getName",
          "getSimpleName",
          "getModifiers",
          "isAnonymousClass",
          "getSuperclass",
          "getInterfaces",
          "isInstance",
          "isAssignableFrom",
          "cast",
          "desiredAssertionStatus",
          "getEnumConstants",
          "getResourceAsStream",
          "getPackageName",
          "getModule",
          "toString",
          "hashCode",
          "equals");

  @Test
  void modules_areAllThere() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).distinct())
        .contains(
            "io.kpl4j",
            "io.kpl4j.aggregation",
            "io.kpl4j.metrics",
            "io.kpl4j.testkit",
            "io.kpl4j.junit",
            "io.kpl4j.internal.engine");
  }

  @Test
  void code_usesNoReflection() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.lang.reflect", "java.lang.instrument", "sun..", "jdk.internal..")
                .and(
                    describe(
                        "are not harmless",
                        type -> HARMLESS.stream().noneMatch(type::isEquivalentTo))))
        .orShould()
        .accessTargetWhere(calls(Class.class, HARMLESS_OF_CLASS))
        .orShould()
        .accessTargetWhere(calls(MethodHandles.class, Set.of("byteArrayViewVarHandle")))
        .orShould()
        .accessTargetWhere(calls(MethodHandles.Lookup.class, Set.of()))
        .orShould()
        .accessTargetWhere(calls(ClassLoader.class, Set.of()))
        .check(CLASSES);
  }

  /** Whether a member of the type is used that is not among the harmless ones. */
  private static DescribedPredicate<JavaAccess<?>> calls(Class<?> type, Set<String> harmless) {
    return describe(
        "more of " + type.getSimpleName() + " than " + harmless,
        access ->
            access.getTargetOwner().isEquivalentTo(type) && !harmless.contains(access.getName()));
  }

  @Test
  void code_readsNoObjectsOfOthers() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.beans..",
                    "java.rmi..",
                    "javax.naming..",
                    "javax.script..",
                    "javax.management.remote..",
                    "com.fasterxml.jackson.databind..")
                .or(
                    describe(
                        "read objects",
                        type ->
                            type.isAssignableTo(java.io.ObjectInput.class)
                                || type.isEquivalentTo(java.io.Externalizable.class))))
        .check(CLASSES);
  }

  @Test
  void services_areLookedUpInOnePlace() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.kpl4j.KinesisProducerBuilder")
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(java.util.ServiceLoader.class)
        .check(CLASSES);
  }

  @Test
  void producer_startsNoProcessAndLoadsNoNativeLibrary() {
    noClasses()
        .that(
            resideInAPackage("io.kpl4j..")
                .and(describe("are no test kit", PublishedCodeTest::inProduction)))
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(ProcessBuilder.class, Process.class)
        .orShould()
        .callMethod(System.class, "load", String.class)
        .orShould()
        .callMethod(System.class, "loadLibrary", String.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String.class)
        .check(CLASSES);
  }

  private static boolean inProduction(JavaClass type) {
    return !type.getPackageName().startsWith("io.kpl4j.testkit")
        && !type.getPackageName().startsWith("io.kpl4j.junit");
  }
}
