// SPDX-License-Identifier: Apache-2.0
/** Stage 1: where will it land. The shard map, and when to list shards again. */
@NullMarked
package io.kpl4j.internal.shard;

import org.jspecify.annotations.NullMarked;
