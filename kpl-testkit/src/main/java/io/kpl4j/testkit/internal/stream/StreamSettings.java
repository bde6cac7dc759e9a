// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import java.time.InstantSource;

/**
 * What holds for every stream of an endpoint. Immutable.
 *
 * @param keepRecords whether records are kept for reading, or only counted
 * @param throttling whether the limits of a shard are enforced for what is put
 * @param readThrottling whether they are for what is read
 * @param clock the time of arrivals, iterators and limits
 */
public record StreamSettings(
    boolean keepRecords, boolean throttling, boolean readThrottling, InstantSource clock) {}
