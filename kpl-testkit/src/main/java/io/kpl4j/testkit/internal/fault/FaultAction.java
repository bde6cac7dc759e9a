// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.fault;

import java.time.Duration;
import java.util.SplittableRandom;

/** What is done to a call that a fault has met. Immutable, but for generators, which lock. */
public sealed interface FaultAction {

  /** The call is read and answered with an error; nothing is stored. */
  record ServiceError(int status, String code, String message) implements FaultAction {}

  /** Entries of a put are refused, each with this probability; the others are stored. */
  record EntryErrors(String code, String message, double probability, SplittableRandom random)
      implements FaultAction {

    /** Draws for one entry. */
    public boolean strikes() {
      if (probability >= 1) {
        return true;
      }
      synchronized (random) {
        return random.nextDouble() < probability;
      }
    }
  }

  /** The connection is reset: when it comes, or when the head of the request is there. */
  record ResetBeforeRead() implements FaultAction {}

  /** The call takes effect, and its connection is closed in place of a reply. */
  record ReplyLost() implements FaultAction {}

  /** The call takes effect, half of its reply is sent, and the connection is closed. */
  record ReplyCut() implements FaultAction {}

  /** The call takes effect at once and is answered late. */
  record ReplySlow(Delay delay) implements FaultAction {}

  /** The call is read, takes no effect and gets no answer; the connection stays open. */
  record NeverAnswered() implements FaultAction {}

  /** The call takes effect; its reply has this many entries more, or fewer, than the request. */
  record WrongEntryCount(int difference) implements FaultAction {}

  /** The call takes effect; its reply is 200 with a body that no parser reads. */
  record Garbage() implements FaultAction {}

  /** Nothing more is read from the connection, nor answered on it; it stays open. */
  record BlackHole() implements FaultAction {}

  /** The client's first bytes are answered with a TLS alert. Of connections only. */
  record HandshakeFailure() implements FaultAction {}

  /** The port and every connection are closed, and the port opened again after this long. */
  record Suspend(Duration outage) implements FaultAction {}

  /** This is done, and then the call takes effect as ever. */
  record Run(Runnable action) implements FaultAction {}
}
