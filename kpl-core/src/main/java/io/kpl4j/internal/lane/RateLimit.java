// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.lane;

/**
 * How fast a lane may send. Immutable.
 *
 * @param percent of what a shard takes, at least 1: the rate itself, or the ceiling of an adaptive
 *     one
 * @param adaptive whether the rate follows what the shard takes
 */
public record RateLimit(long percent, boolean adaptive) {}
