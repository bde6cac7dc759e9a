// SPDX-License-Identifier: Apache-2.0
/** Producers side by side against one endpoint: what {@code ./bench} runs. */
@NullMarked
package io.kpl4j.benchmarks.run;

import org.jspecify.annotations.NullMarked;
