// SPDX-License-Identifier: Apache-2.0
/**
 * What happened in the pipeline, as verbs. Metric names, units and dimensions are not known here:
 * {@code kpl-metrics} maps these verbs to Micrometer and CloudWatch, and users may implement {@link
 * io.kpl4j.event.ProducerEvents} for anything else.
 */
@NullMarked
package io.kpl4j.event;

import org.jspecify.annotations.NullMarked;
