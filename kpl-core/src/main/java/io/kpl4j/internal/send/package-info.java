// SPDX-License-Identifier: Apache-2.0
/** Stage 5: send. The ports to the service; the only place that knows the AWS SDK. */
@NullMarked
package io.kpl4j.internal.send;

import org.jspecify.annotations.NullMarked;
