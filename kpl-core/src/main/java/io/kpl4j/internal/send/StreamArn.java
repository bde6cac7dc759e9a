// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

/** Tells a stream's ARN from its name: a name has no colon. Stateless. */
final class StreamArn {

  private StreamArn() {}

  static boolean is(String streamName) {
    return streamName.startsWith("arn:");
  }
}
