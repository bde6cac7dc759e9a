// SPDX-License-Identifier: Apache-2.0
/** Stage 3: may it go now. What waits for one shard, its tokens and its backoff. */
@NullMarked
package io.kpl4j.internal.lane;

import org.jspecify.annotations.NullMarked;
