// SPDX-License-Identifier: Apache-2.0
/** The HTTP front: listener, connections, TLS, and the acting out of faults. */
@NullMarked
package io.kpl4j.testkit.internal.http;

import org.jspecify.annotations.NullMarked;
