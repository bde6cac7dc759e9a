// SPDX-License-Identifier: Apache-2.0
/**
 * What a stage wants to be asked again for, and when: a heap with handles. Any stage may use it.
 */
@NullMarked
package io.kpl4j.internal.deadline;

import org.jspecify.annotations.NullMarked;
