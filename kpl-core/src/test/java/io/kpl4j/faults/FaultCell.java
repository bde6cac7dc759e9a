// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One cell of the matrix: which faults meet, and how. Immutable.
 *
 * @param kinds one fault or two
 * @param tls whether the endpoint speaks TLS
 * @param lasting whether the faults outlast the records
 * @param patient whether calls have more time, so that a slow machine does not end any
 * @param seed decides which calls are struck
 */
record FaultCell(List<FaultKind> kinds, boolean tls, boolean lasting, boolean patient, long seed) {

  FaultCell(List<FaultKind> kinds, boolean tls, boolean lasting, long seed) {
    this(kinds, tls, lasting, false, seed);
  }

  /** The same with more time for each call. */
  FaultCell withPatience() {
    return new FaultCell(kinds, tls, lasting, true, seed);
  }

  /** No attempt starts later. Faults that end are over long before. */
  Duration recordTtl() {
    return lasting ? Duration.ofMillis(1_500) : Duration.ofSeconds(30);
  }

  Duration requestTimeout() {
    if (patient) {
      return Duration.ofSeconds(5);
    }
    return lasting ? Duration.ofMillis(500) : Duration.ofSeconds(1);
  }

  /** How late a record may complete: one second is that of a call that is taken back. */
  Duration bound() {
    return recordTtl().plus(requestTimeout()).plusSeconds(1);
  }

  boolean has(FaultKind kind) {
    return kinds.contains(kind);
  }

  /**
   * Whether its faults make the stream another one, so that copies may be where they are dropped.
   */
  boolean changesTheStream() {
    return kinds.stream().anyMatch(FaultKind::changesTheStream);
  }

  /** Whether every call that the endpoint stores is answered, so that nothing may be twice. */
  boolean answersWhatItStores() {
    return kinds.stream().noneMatch(FaultKind::takesReplies);
  }

  @Override
  public String toString() {
    return kinds.stream().map(kind -> kind.label).collect(Collectors.joining(" + "))
        + (lasting ? ", lasting" : "")
        + (tls ? ", TLS" : ", plain");
  }
}
