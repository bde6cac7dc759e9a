// SPDX-License-Identifier: Apache-2.0
/**
 * The state of the endpoint: streams, shards and their records. Knows neither HTTP nor a wire
 * format.
 */
@NullMarked
package io.kpl4j.testkit.internal.stream;

import org.jspecify.annotations.NullMarked;
