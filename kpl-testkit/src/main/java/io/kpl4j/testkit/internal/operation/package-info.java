// SPDX-License-Identifier: Apache-2.0
/** The operations of Kinesis and CloudWatch, each reading a request and writing a reply. */
@NullMarked
package io.kpl4j.testkit.internal.operation;

import org.jspecify.annotations.NullMarked;
