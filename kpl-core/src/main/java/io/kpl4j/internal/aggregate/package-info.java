// SPDX-License-Identifier: Apache-2.0
/** Stage 2: what is open. One buffer a shard, filled by callers, drained by the loop. */
@NullMarked
package io.kpl4j.internal.aggregate;

import org.jspecify.annotations.NullMarked;
