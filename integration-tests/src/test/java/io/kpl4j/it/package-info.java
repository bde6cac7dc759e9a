// SPDX-License-Identifier: Apache-2.0
/** Tests against LocalStack, and what finds it. */
@NullMarked
package io.kpl4j.it;

import org.jspecify.annotations.NullMarked;
