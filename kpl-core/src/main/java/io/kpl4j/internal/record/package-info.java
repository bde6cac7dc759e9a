// SPDX-License-Identifier: Apache-2.0
/**
 * Stage 0: what is accepted. A record's future and its permit; the budget that callers wait for.
 */
@NullMarked
package io.kpl4j.internal.record;

import org.jspecify.annotations.NullMarked;
