// SPDX-License-Identifier: Apache-2.0
/** An in-process Kinesis and CloudWatch endpoint with scripted faults. */
module io.kpl4j.testkit {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires com.fasterxml.jackson.core;
  requires com.fasterxml.jackson.dataformat.cbor;
  requires io.kpl4j.aggregation;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.codec.http2;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires org.slf4j;

  exports io.kpl4j.testkit;
}
