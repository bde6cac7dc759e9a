// SPDX-License-Identifier: Apache-2.0
/**
 * The aggregated-record format of the Kinesis Producer Library. Usable from a KCL application, a
 * Lambda function or a plain SDK client without the producer.
 */
@NullMarked
package io.kpl4j.aggregation;

import org.jspecify.annotations.NullMarked;
