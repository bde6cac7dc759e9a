// SPDX-License-Identifier: Apache-2.0
/** Stage 6: what next. Pure functions from an outcome to a verdict. */
@NullMarked
package io.kpl4j.internal.retry;

import org.jspecify.annotations.NullMarked;
