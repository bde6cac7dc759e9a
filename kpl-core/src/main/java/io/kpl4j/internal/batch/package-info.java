// SPDX-License-Identifier: Apache-2.0
/** Stage 4: what goes together. The cut of one PutRecords call from the lanes of a stream. */
@NullMarked
package io.kpl4j.internal.batch;

import org.jspecify.annotations.NullMarked;
