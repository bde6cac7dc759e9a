// SPDX-License-Identifier: Apache-2.0
/** What {@code put} checks, for producers that stand in for the real one in tests. */
@NullMarked
package io.kpl4j.internal.check;

import org.jspecify.annotations.NullMarked;
