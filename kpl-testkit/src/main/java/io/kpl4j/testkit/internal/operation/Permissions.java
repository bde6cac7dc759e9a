// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which operations the caller may not use. Thread-safe. */
final class Permissions {

  private final Set<String> denied = ConcurrentHashMap.newKeySet();

  void deny(String operation) {
    denied.add(operation);
  }

  void allow(String operation) {
    denied.remove(operation);
  }

  void check(String operation, boolean cloudWatch) {
    if (!denied.contains(operation)) {
      return;
    }
    String action = (cloudWatch ? "cloudwatch:" : "kinesis:") + operation;
    String text =
        "User: arn:aws:iam::"
            + StreamRegistry.ACCOUNT
            + ":user/tester is not authorized to perform: "
            + action
            + " because no identity-based policy allows the "
            + action
            + " action";
    throw cloudWatch
        ? new Refusal(403, "AccessDenied", text)
        : new Refusal(400, "AccessDeniedException", text);
  }
}
