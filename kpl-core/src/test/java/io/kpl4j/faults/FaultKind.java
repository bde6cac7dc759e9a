// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import com.google.errorprone.annotations.Immutable;
import java.time.Duration;

/** One kind of fault, and how it gets into a scene. Immutable. */
enum FaultKind {
  HTTP_500("HTTP 500", scene -> scene.onCalls(calls -> calls.httpError(500))),
  HTTP_503("HTTP 503", scene -> scene.onCalls(calls -> calls.httpError(503))),
  CALL_THROTTLED("request throttled", scene -> scene.onCalls(calls -> calls.throttleCall())),
  ENTRIES_THROTTLED(
      "entries throttled, each by chance",
      scene ->
          scene.onEntries(
              "ProvisionedThroughputExceededException", calls -> calls.throttleEntries(0.5))),
  ENTRIES_FAILED(
      "entries with InternalFailure, each by chance",
      scene -> scene.onEntries("InternalFailure", calls -> calls.internalFailureEntries(0.5))),
  TOKEN_EXPIRED("token expired", scene -> scene.onCalls(calls -> calls.expiredToken())),
  RESET(
      "reset before the request is read",
      scene -> {
        if (scene.random().nextBoolean()) {
          scene.onCalls(calls -> calls.resetConnection());
        } else {
          scene.onConnections(connections -> connections.reset());
        }
      }),
  REPLY_LOST("reply lost after storing", scene -> scene.onCalls(calls -> calls.loseReply())),
  REPLY_CUT("reply cut in half", scene -> scene.onCalls(calls -> calls.cutReply())),
  REPLY_SLOW(
      "reply slow, or too late",
      scene ->
          scene.onCalls(
              calls -> {
                Duration limit = scene.cell().requestTimeout();
                return calls.delayReply(limit.dividedBy(4), limit.multipliedBy(2));
              })),
  NEVER_ANSWERED("never answered", scene -> scene.onCalls(calls -> calls.neverAnswer())),
  BLACK_HOLE(
      "black hole",
      scene -> {
        if (scene.random().nextBoolean()) {
          scene.onCalls(calls -> calls.blackHole());
        } else {
          scene.onConnections(connections -> connections.blackHole());
        }
      }),
  REFUSED(
      "connections refused",
      scene -> scene.onCalls(calls -> calls.suspendServer(Duration.ofMillis(200)))),
  WRONG_COUNT(
      "wrong number of entries",
      scene -> {
        int difference = scene.random().nextBoolean() ? 1 : -1;
        scene.onCalls(calls -> calls.wrongEntryCount(difference));
      }),
  GARBAGE("garbage body", scene -> scene.onCalls(calls -> calls.garbageBody())),
  NO_HANDSHAKE(
      "TLS handshake refused",
      scene -> scene.onConnections(connections -> connections.failHandshake())),
  LATENCY("latency with jitter", scene -> {}),
  SPLIT("shard split", FaultScene::splitAShard),
  MERGE("shards merged", FaultScene::mergeTwoShards),
  DELETION("stream deleted", FaultScene::deleteTheStream);

  final String label;
  private final Arming arming;

  FaultKind(String label, Arming arming) {
    this.label = label;
    this.arming = arming;
  }

  @Immutable
  @FunctionalInterface
  private interface Arming {
    void arm(FaultScene scene);
  }

  void arm(FaultScene scene) {
    arming.arm(scene);
  }

  /** Whether it has a form that never ends. */
  boolean canLast() {
    return this != LATENCY && this != SPLIT && this != MERGE;
  }

  /**
   * Whether it takes the replies to calls that are stored: only then may a record be there twice.
   */
  boolean takesReplies() {
    return switch (this) {
      case REPLY_LOST, REPLY_CUT, REPLY_SLOW, WRONG_COUNT, GARBAGE -> true;
      // Of calls that were under way.
      case REFUSED -> true;
      default -> false;
    };
  }

  /** Whether it acts just before a call that it lets go on; those that strike calls go first. */
  boolean changesTheStream() {
    return this == SPLIT || this == MERGE || this == DELETION;
  }
}
