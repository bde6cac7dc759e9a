// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.shard;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The answer to the question for a stream's own settings. Immutable. */
public sealed interface StreamDescription {

  /**
   * What the service says of the stream.
   *
   * @param arn its ARN
   * @param createdAt when it was made; another moment means another stream of the same name
   * @param status such as ACTIVE or DELETING
   * @param mode PROVISIONED or ON_DEMAND, or null if not said
   * @param maxRecordBytes how large a record may be with its partition key, or 0 if not said
   */
  record Described(
      String arn, Instant createdAt, String status, @Nullable String mode, long maxRecordBytes)
      implements StreamDescription {}

  /**
   * No answer.
   *
   * @param errorCode the service's code, or the simple name of the client's exception
   * @param message the text beside it; may be empty
   */
  record Failed(String errorCode, String message) implements StreamDescription {}
}
