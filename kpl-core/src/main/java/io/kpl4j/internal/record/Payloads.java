// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import io.kpl4j.UserRecord;
import java.util.function.Function;

/**
 * Finds a record's payload where it lies: {@link UserRecord#data()} makes a buffer for each look,
 * and users are not to see the array. Thread-safe.
 */
public final class Payloads {

  /** As a user would, until a better way is said. */
  private static volatile Function<UserRecord, Object> finder = UserRecord::data;

  private Payloads() {}

  /** Says how it is found without a buffer. For whoever builds producers. */
  public static void findBy(Function<UserRecord, Object> how) {
    finder = how;
  }

  /** A {@code byte[]}, or a buffer whose position nobody may move; nobody may change either. */
  public static Object of(UserRecord record) {
    return finder.apply(record);
  }
}
