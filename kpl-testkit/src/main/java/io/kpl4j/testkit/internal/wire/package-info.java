// SPDX-License-Identifier: Apache-2.0
/** Reading and writing of request and reply bodies, the same code for JSON and CBOR. */
@NullMarked
package io.kpl4j.testkit.internal.wire;

import org.jspecify.annotations.NullMarked;
