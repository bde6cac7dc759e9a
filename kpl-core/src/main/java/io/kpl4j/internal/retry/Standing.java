// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.retry;

/**
 * How a stream stands with the service. Immutable.
 *
 * @param refusedForGood whether a stream that is missing or forbidden is given up for it: it was
 *     never seen, or has been so for longer than the grace
 * @param credentialsWrongForGood whether credentials or clock have been wrong for longer than is
 *     borne
 */
public record Standing(boolean refusedForGood, boolean credentialsWrongForGood) {}
