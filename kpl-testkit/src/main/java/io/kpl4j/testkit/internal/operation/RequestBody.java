// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

/**
 * The bytes of a request, a part of an array that is reused afterwards. Confined to its call.
 *
 * @param array the array
 * @param offset where the body begins
 * @param length how long it is
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record RequestBody(byte[] array, int offset, int length) {}
