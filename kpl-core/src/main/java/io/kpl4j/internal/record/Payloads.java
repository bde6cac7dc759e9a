// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import static java.util.Objects.requireNonNull;

import io.kpl4j.UserRecord;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds a record's payload where it lies: {@link UserRecord#data()} makes a buffer for each look,
 * and users are not to see the array. Thread-safe.
 */
public final class Payloads {

  /** Set by the class of the records before there is one. */
  private static volatile @Nullable Function<UserRecord, Object> finder;

  private Payloads() {}

  /** Says how it is found. For {@link UserRecord} alone. */
  public static void findBy(Function<UserRecord, Object> how) {
    finder = how;
  }

  /** A {@code byte[]}, or a buffer whose position nobody may move; nobody may change either. */
  public static Object of(UserRecord record) {
    return requireNonNull(finder).apply(record);
  }
}
