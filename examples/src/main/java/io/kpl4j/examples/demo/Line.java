// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

/**
 * What becomes one user record. Immutable by convention: nobody writes to the data.
 *
 * @param partitionKey its partition key
 * @param data the line without its end
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Line(String partitionKey, byte[] data) {}
