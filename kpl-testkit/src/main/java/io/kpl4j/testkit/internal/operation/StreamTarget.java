// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.KinesisStream;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.wire.Fields;
import org.jspecify.annotations.Nullable;

/** Finds the stream that a request names, by name or by ARN. Stateless. */
final class StreamTarget {

  private StreamTarget() {}

  static KinesisStream of(StreamRegistry streams, Fields request) {
    return of(streams, request.text("StreamName"), request.text("StreamARN"));
  }

  static KinesisStream of(StreamRegistry streams, @Nullable String name, @Nullable String arn) {
    if (arn == null) {
      if (name == null) {
        throw Refusal.invalidArgument("Either StreamName or StreamARN should be specified.");
      }
      return streams.get(name);
    }
    KinesisStream stream = streams.byArn(arn);
    if (name != null && !stream.name().equals(name)) {
      throw Refusal.invalidArgument("StreamName and StreamARN name different streams.");
    }
    return stream;
  }
}
