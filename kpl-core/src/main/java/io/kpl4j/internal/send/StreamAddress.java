// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How requests name one stream: by its ARN if there is one, otherwise by its name, never both, and
 * beside it by its id if there is one. Immutable.
 *
 * @param name what callers call the stream
 * @param arn the stream's ARN, or null
 * @param id the stream's id, or null; its form is that of a name too, so no name is taken for an id
 * @param serviceRouted whether the service spreads the records itself, whatever their keys
 */
public record StreamAddress(
    String name, @Nullable String arn, @Nullable String id, boolean serviceRouted) {

  // Both patterns: PutRecords API reference.
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
  private static final Pattern ARN =
      Pattern.compile("arn:aws[^:]*:kinesis:[^:]+:\\d{12}:stream/[a-zA-Z0-9_.-]{1,128}");

  /** The address of a stream of which no more is known than what callers call it. */
  public static StreamAddress of(String nameOrArn) {
    return new StreamAddress(nameOrArn, isArn(nameOrArn) ? nameOrArn : null, null, false);
  }

  /** Whether callers mean an ARN: a name has no colon. */
  private static boolean isArn(String nameOrArn) {
    return nameOrArn.startsWith("arn:");
  }

  /**
   * Checks what a caller calls a stream.
   *
   * @throws IllegalArgumentException if it is neither a name nor an ARN of a stream
   */
  public static void check(String nameOrArn) {
    if (nameOrArn.isEmpty()) {
      throw new IllegalArgumentException("streamName is empty");
    }
    if (isArn(nameOrArn)) {
      if (!ARN.matcher(nameOrArn).matches()) {
        throw new IllegalArgumentException(
            "streamName "
                + nameOrArn
                + " is not the ARN of a stream, which has the form"
                + " arn:aws:kinesis:<region>:<account>:stream/<name>");
      }
    } else if (!NAME.matcher(nameOrArn).matches()) {
      throw new IllegalArgumentException(
          "streamName "
              + nameOrArn
              + " is neither an ARN nor a name, which has 1 to 128 letters, digits, dots, dashes and"
              + " underscores");
    }
  }

  /** Names the stream in a request. */
  void into(Consumer<String> names, Consumer<String> arns, Consumer<String> ids) {
    if (arn == null) {
      names.accept(name);
    } else {
      arns.accept(arn);
    }
    if (id != null) {
      ids.accept(id);
    }
  }
}
