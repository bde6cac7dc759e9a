// SPDX-License-Identifier: Apache-2.0
/** Small programs that show how the producer is used. */
@NullMarked
package io.kpl4j.examples;

import org.jspecify.annotations.NullMarked;
