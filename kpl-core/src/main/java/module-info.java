// SPDX-License-Identifier: Apache-2.0
/** The Kinesis Producer Library in plain Java: public API and pipeline. */
@SuppressWarnings("module") // io.kpl4j.junit and io.kpl4j.metrics are compiled after this one.
module io.kpl4j {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires transitive io.kpl4j.aggregation;
  requires transitive software.amazon.awssdk.auth;
  requires transitive software.amazon.awssdk.services.kinesis;
  requires transitive io.github.resilience4j.retry;
  requires io.github.resilience4j.core;
  requires org.slf4j;
  requires io.netty.common;
  requires io.netty.transport;
  requires software.amazon.awssdk.awscore;
  requires software.amazon.awssdk.core;
  requires software.amazon.awssdk.http;
  requires software.amazon.awssdk.http.nio.netty;
  requires software.amazon.awssdk.identity.spi;
  requires software.amazon.awssdk.regions;
  requires software.amazon.awssdk.retries.api;
  requires software.amazon.awssdk.utils;

  exports io.kpl4j;
  exports io.kpl4j.event;
  exports io.kpl4j.internal.check to
      io.kpl4j.junit;
  exports io.kpl4j.internal.transport to
      io.kpl4j.junit,
      io.kpl4j.metrics;

  uses io.kpl4j.event.ProducerEventsFactory;
}
