// SPDX-License-Identifier: Apache-2.0
/**
 * An in-process Kinesis and CloudWatch endpoint for tests. Start at {@link
 * io.kpl4j.testkit.KinesisTestServer#builder()}.
 *
 * <p>Arguments are non-null unless marked otherwise.
 */
@NullMarked
package io.kpl4j.testkit;

import org.jspecify.annotations.NullMarked;
