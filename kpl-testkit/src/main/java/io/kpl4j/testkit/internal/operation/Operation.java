// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;

/** One operation of a service. Thread-safe. */
@FunctionalInterface
interface Operation {

  /** Acts, then writes the fields of the reply's object. */
  void answer(Call call, ReplyWriter reply) throws IOException;
}
