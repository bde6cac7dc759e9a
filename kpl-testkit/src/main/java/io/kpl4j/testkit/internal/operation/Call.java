// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import com.fasterxml.jackson.core.JsonParser;
import io.kpl4j.testkit.internal.fault.FaultAction;
import io.kpl4j.testkit.internal.stream.Receipt;
import io.kpl4j.testkit.internal.wire.Fields;
import io.kpl4j.testkit.internal.wire.Wire;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A request for an operation to answer. Confined to the thread that answers it.
 *
 * @param wire the format of request and reply
 * @param parser stands before the body
 * @param fault what is to happen to this call, if anything
 * @param receipt says later whether the client was sent the reply
 */
record Call(Wire wire, JsonParser parser, @Nullable FaultAction fault, Receipt receipt) {

  Fields fields() throws IOException {
    return Fields.read(wire, parser);
  }
}
