// SPDX-License-Identifier: Apache-2.0
/**
 * The public API of the producer. Start at {@link io.kpl4j.KinesisProducer#builder()}.
 *
 * <p>Everything in this package is either immutable or thread-safe, as each class says in its first
 * sentence. Arguments are non-null unless marked otherwise.
 */
@NullMarked
package io.kpl4j;

import org.jspecify.annotations.NullMarked;
