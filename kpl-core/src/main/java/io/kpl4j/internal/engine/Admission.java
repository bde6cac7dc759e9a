// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.AdmissionPolicy;

/**
 * How records get in, and what becomes of those for which there is no room. Thread-safe.
 *
 * @param intake checks, admits, appends
 * @param policy what a put does while the buffer is full
 * @param maxBlockNanos how long a caller's thread waits
 * @param room where records wait without a thread
 * @param dropped what was dropped
 */
record Admission(
    Intake intake,
    AdmissionPolicy policy,
    long maxBlockNanos,
    WaitingRoom room,
    DroppedRecords dropped) {}
