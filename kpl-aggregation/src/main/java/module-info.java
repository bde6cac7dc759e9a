// SPDX-License-Identifier: Apache-2.0
/** The KPL's aggregated-record format: encode, recognise, decode; hash keys. */
module io.kpl4j.aggregation {
  requires static transitive org.jspecify;
  requires static com.google.errorprone.annotations;
  requires com.google.protobuf;

  exports io.kpl4j.aggregation;
}
