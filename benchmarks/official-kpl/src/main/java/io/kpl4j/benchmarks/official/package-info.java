// SPDX-License-Identifier: Apache-2.0
/** The official KPL under the load of {@code ./bench}. */
@NullMarked
package io.kpl4j.benchmarks.official;

import org.jspecify.annotations.NullMarked;
