// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the {@link KinesisFault}s that are written at one place. Stateless.
 *
 * <p>JUnit's own search leaves the second of two that are equal out, and adds those of superclasses
 * to a class's own. But faults are a script, in which the order counts, so the nearest is taken
 * whole.
 */
final class WrittenFaults {

  private WrittenFaults() {}

  /** Those of a class, else of its interfaces, else of what it extends. */
  static List<KinesisFault> of(Class<?> type) {
    List<KinesisFault> found = on(type);
    for (Class<?> each : type.getInterfaces()) {
      found = found.isEmpty() ? of(each) : found;
    }
    Class<?> parent = type.getSuperclass();
    return found.isEmpty() && parent != null ? of(parent) : found;
  }

  /** Those that stand here, alone or in annotations that are composed of them, in their order. */
  static List<KinesisFault> on(AnnotatedElement element) {
    List<KinesisFault> found = new ArrayList<>();
    collect(element, found, new HashSet<>());
    return found;
  }

  private static void collect(
      AnnotatedElement element, List<KinesisFault> found, Set<AnnotatedElement> seen) {
    for (Annotation annotation : element.getDeclaredAnnotations()) {
      if (annotation instanceof KinesisFault fault) {
        found.add(fault);
      } else if (annotation instanceof KinesisFault.All several) {
        found.addAll(List.of(several.value()));
      } else if (seen.add(annotation.annotationType())) {
        // Once, as annotations may be written at each other.
        collect(annotation.annotationType(), found, seen);
      }
    }
  }
}
