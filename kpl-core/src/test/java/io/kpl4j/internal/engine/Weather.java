// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;

import io.kpl4j.internal.send.PutRecordsReply;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What may go wrong in the modelled service just now. Confined to the simulation. */
final class Weather {

  /** How a whole call may fail. */
  enum CallFault {
    /** An answer 500; nothing was stored. */
    HTTP_500,
    /** An answer 400 that says that the stream is throttled; nothing was stored. */
    CALL_THROTTLED,
    /** The connection breaks before the service reads; nothing was stored. */
    NETWORK,
    /** The connection breaks after the service stored all. */
    LOST_REPLY,
    /** Stored, but the reply lacks an entry or has one too many. */
    WRONG_COUNT,
    /** Stored, and never answered. */
    NO_ANSWER,
    /** Stored, and answered after the producer gave the call up. */
    LATE_ANSWER,
    /** Never answered, and stored only after the producer gave the call up. */
    STORED_LATE,
    /** The heap was exhausted before anything was sent. */
    OUT_OF_MEMORY;

    /** Whether the records may be on the stream although the producer cannot know. */
    boolean ambiguous() {
      return this != CALL_THROTTLED;
    }
  }

  double throttledEntries;
  double failedEntries;
  double callFaults;

  /** Replies that take up to the request timeout longer, so that later ones overtake them. */
  double stragglers;

  /** Replies, of calls and of listings, that are delivered a second time. */
  double repliesTwice;

  /** Replies as they are made, changed by a test. */
  UnaryOperator<PutRecordsReply> spoiling = UnaryOperator.identity();

  /** Calls whose sender throws although the call is under way, or answered. */
  double senderThrows;

  List<CallFault> faults = List.of();
  final Set<String> throttledShards = new HashSet<>();
  boolean dead;

  /** Whether a user record whose partition key begins with "poison" makes a call invalid. */
  boolean poison;

  boolean missing;
  boolean denied;
  boolean credentialsWrong;
  long latencyNanos = 5 * MILLI;
  long jitterNanos = 5 * MILLI;

  /** How much longer a call takes for each byte; it fails at the time limit and stores nothing. */
  long nanosPerByte;

  /** The shard that stored records are said to be in, or null for the one they are in. */
  @Nullable String shardNamed;

  boolean listDenied;
  boolean describeDenied;
  boolean listSilent;
  double listFailures;
  double listHoles;

  /** So much older than the truth is what a listing says. */
  long listLagNanos;

  /** How many listings a second the account is granted. */
  double listsPerSecond = Double.MAX_VALUE;

  long listNanos = 10 * MILLI;
}
