// SPDX-License-Identifier: Apache-2.0
/** Tests of services that use the producer: a JUnit extension, and a producer in memory. */
module io.kpl4j.junit {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive io.kpl4j;
  requires transitive io.kpl4j.testkit;
  requires transitive org.junit.jupiter.api;
  requires org.slf4j;
  requires software.amazon.awssdk.awscore;
  requires software.amazon.awssdk.core;
  requires software.amazon.awssdk.http;
  requires software.amazon.awssdk.http.nio.netty;
  requires software.amazon.awssdk.regions;
  requires static software.amazon.awssdk.services.cloudwatch;

  exports io.kpl4j.junit;
}
