// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.internal.fault.FaultAction;

/**
 * The connections that a fault meets, up to the choice of what happens to them. Immutable.
 *
 * <p>A port that refuses connections is {@link FaultyCalls#suspendServer} or {@link
 * KinesisTestServer#suspend}.
 */
public final class FaultyConnections extends Occasions<FaultyConnections> {

  FaultyConnections(Occasion occasion) {
    super(occasion);
  }

  @Override
  FaultyConnections at(Occasion narrowed) {
    return new FaultyConnections(narrowed);
  }

  /**
   * Takes the connection and resets it at once.
   *
   * @return the fault, to be added to a script
   */
  public Fault reset() {
    return then(random -> new FaultAction.ResetBeforeRead());
  }

  /**
   * Takes the connection, never reads from it and leaves it open: a client that speaks TLS waits in
   * its handshake, another one for its first reply.
   *
   * @return the fault, to be added to a script
   */
  public Fault blackHole() {
    return then(random -> new FaultAction.BlackHole());
  }

  /**
   * Answers the first bytes of the client with the TLS alert handshake_failure and closes. To a
   * client that does not speak TLS it is a broken reply.
   *
   * @return the fault, to be added to a script
   */
  public Fault failHandshake() {
    return then(random -> new FaultAction.HandshakeFailure());
  }
}
