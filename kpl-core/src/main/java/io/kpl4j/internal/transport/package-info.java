// SPDX-License-Identifier: Apache-2.0
/**
 * Connections as the configuration says: proxy, certificates, time limits. For the clients of our
 * own, of records and of metrics; so this package is exported to {@code io.kpl4j.metrics} alone.
 */
@NullMarked
package io.kpl4j.internal.transport;

import org.jspecify.annotations.NullMarked;
