// SPDX-License-Identifier: Apache-2.0
/** What a fault does to a call. */
@NullMarked
package io.kpl4j.testkit.internal.fault;

import org.jspecify.annotations.NullMarked;
