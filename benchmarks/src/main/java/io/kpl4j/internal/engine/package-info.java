// SPDX-License-Identifier: Apache-2.0
/** Benchmarks of what only the engine's own package sees. */
@NullMarked
package io.kpl4j.internal.engine;

import org.jspecify.annotations.NullMarked;
