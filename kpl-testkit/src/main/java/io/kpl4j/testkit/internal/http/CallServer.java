// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import io.kpl4j.testkit.internal.fault.Delay;
import io.kpl4j.testkit.internal.fault.FaultSource;
import io.kpl4j.testkit.internal.operation.Services;

/**
 * What every connection works with. Immutable; its parts are thread-safe.
 *
 * @param services the operations
 * @param faults what is to happen to calls; is also told of each of them
 * @param latency how long each reply is held back
 */
public record CallServer(Services services, FaultSource faults, Delay latency) {}
