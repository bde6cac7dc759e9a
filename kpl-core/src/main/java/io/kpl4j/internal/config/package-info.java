// SPDX-License-Identifier: Apache-2.0
/**
 * The configuration keys: one declaration each, from which parsing, validation, defaults and the
 * table in {@code docs/tuning.md} follow.
 */
@NullMarked
package io.kpl4j.internal.config;

import org.jspecify.annotations.NullMarked;
