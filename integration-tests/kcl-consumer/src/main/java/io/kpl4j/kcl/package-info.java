// SPDX-License-Identifier: Apache-2.0
/** A consumer with the KCL, for the integration tests. */
@NullMarked
package io.kpl4j.kcl;

import org.jspecify.annotations.NullMarked;
