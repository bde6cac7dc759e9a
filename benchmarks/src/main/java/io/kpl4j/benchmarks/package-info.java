// SPDX-License-Identifier: Apache-2.0
/** What a record costs. */
@NullMarked
package io.kpl4j.benchmarks;

import org.jspecify.annotations.NullMarked;
