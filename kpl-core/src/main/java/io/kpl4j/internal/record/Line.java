// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.record;

import org.jspecify.annotations.Nullable;

/**
 * Who stands behind whom. Each knows its neighbours, so to stand in line needs no memory and cannot
 * fail half way. Confined to whoever holds its owner's lock.
 */
final class Line<T extends Line.Place<T>> {

  /** One that may stand in one line at a time. Guarded like the line. */
  abstract static class Place<T> {
    private @Nullable T before;
    private @Nullable T behind;
    private boolean stands;
  }

  private @Nullable T first;
  private @Nullable T last;
  private int size;

  int size() {
    return size;
  }

  boolean isEmpty() {
    return size == 0;
  }

  @Nullable T first() {
    return first;
  }

  /** Who stands behind this one, or null. */
  @Nullable T behind(T one) {
    return ((Place<T>) one).behind;
  }

  void addLast(T one) {
    Place<T> place = one;
    place.stands = true;
    place.before = last;
    if (last == null) {
      first = one;
    } else {
      ((Place<T>) last).behind = one;
    }
    last = one;
    size++;
  }

  /** Takes it out; nothing if it does not stand here. */
  void remove(T one) {
    Place<T> place = one;
    if (!place.stands) {
      return;
    }
    place.stands = false;
    T before = place.before;
    T behind = place.behind;
    if (before == null) {
      first = behind;
    } else {
      ((Place<T>) before).behind = behind;
    }
    if (behind == null) {
      last = before;
    } else {
      ((Place<T>) behind).before = before;
    }
    place.before = null;
    place.behind = null;
    size--;
  }

  /** The first one goes to the end. */
  void turn() {
    T one = first;
    if (one != null) {
      remove(one);
      addLast(one);
    }
  }
}
