// SPDX-License-Identifier: Apache-2.0
/** Wires the stages: the only package with threads, clocks and chance. */
@NullMarked
package io.kpl4j.internal.engine;

import org.jspecify.annotations.NullMarked;
