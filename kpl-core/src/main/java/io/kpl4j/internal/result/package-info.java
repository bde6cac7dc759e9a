// SPDX-License-Identifier: Apache-2.0
/** Stage 7: who is told. Futures are completed here, on the completion executor. */
@NullMarked
package io.kpl4j.internal.result;

import org.jspecify.annotations.NullMarked;
