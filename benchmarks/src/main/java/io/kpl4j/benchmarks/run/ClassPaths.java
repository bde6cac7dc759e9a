// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What each process finds its classes on. Immutable. */
final class ClassPaths {

  private final String own;
  private final String officialKpl;

  private ClassPaths(String own, String officialKpl) {
    this.own = own;
    this.officialKpl = officialKpl;
  }

  /** That of this process, and that of the module of the KPL, whose build wrote it to a file. */
  static ClassPaths of(Path officialKplTarget) {
    try {
      String dependencies = Files.readString(officialKplTarget.resolve("bench.classpath")).strip();
      return of(
          System.getProperty("java.class.path"),
          officialKplTarget.resolve("classes") + File.pathSeparator + dependencies);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ClassPaths of(String own, String officialKpl) {
    return new ClassPaths(own, officialKpl);
  }

  String of(Contender contender) {
    if (contender.isOfficialKpl()) {
      return officialKpl;
    }
    return contender.usesTlsOfTheJdk() ? without(own, ClassPaths::isTcnative) : own;
  }

  /** With netty-tcnative: what the endpoint takes leaves less to the producers. */
  String ofEndpoint() {
    return own;
  }

  boolean haveTcnative() {
    return Arrays.stream(own.split(File.pathSeparator, -1)).anyMatch(ClassPaths::isTcnative);
  }

  /** The version of a jar on the class path, or "?". */
  String version(String artifact) {
    return Arrays.stream((own + File.pathSeparator + officialKpl).split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).getFileName().toString())
        .filter(name -> name.matches(artifact + "-\\d.*\\.jar"))
        .map(name -> name.substring(artifact.length() + 1, name.length() - ".jar".length()))
        .findFirst()
        .orElse("?");
  }

  private static boolean isTcnative(String entry) {
    return Path.of(entry).getFileName().toString().startsWith("netty-tcnative");
  }

  private static String without(String classPath, Predicate<String> unwanted) {
    return Arrays.stream(classPath.split(File.pathSeparator, -1))
        .filter(unwanted.negate())
        .collect(Collectors.joining(File.pathSeparator));
  }
}
