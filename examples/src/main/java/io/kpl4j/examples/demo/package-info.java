// SPDX-License-Identifier: Apache-2.0
/**
 * The demo: sends lines through a producer, reads them back as a consumer would, and says whether
 * all is well. {@link io.kpl4j.examples.demo.Demo} is where it begins.
 */
@NullMarked
package io.kpl4j.examples.demo;

import org.jspecify.annotations.NullMarked;
