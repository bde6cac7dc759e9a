// SPDX-License-Identifier: Apache-2.0
/**
 * Tests of services that use the producer: {@link io.kpl4j.junit.InMemoryKinesisProducer} stands in
 * for it in unit tests, and {@link io.kpl4j.junit.KinesisServer} gives a JUnit test an endpoint and
 * a real producer. How to use both is in {@code docs/testing.md}.
 *
 * <p>Arguments are non-null unless marked otherwise.
 */
@NullMarked
package io.kpl4j.junit;

import org.jspecify.annotations.NullMarked;
