// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Injects what {@link KinesisServer} promises; registered by that annotation. Stateless: what a
 * test has started is in the store of its context, which closes it.
 */
public final class KinesisServerExtension implements ParameterResolver {

  private static final Namespace NAMESPACE = Namespace.create(KinesisServerExtension.class);

  /** Creates the extension; called by JUnit. */
  public KinesisServerExtension() {}

  /** Else what a constructor asks for would outlive its test. */
  @Override
  public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
    return ExtensionContextScope.TEST_METHOD;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return Session.injects(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    KinesisServer settings =
        settings(context)
            .orElseThrow(
                () -> new ParameterResolutionException("there is no @KinesisServer in reach"));
    return session(context, settings).inject(parameter.getParameter().getType());
  }

  /** The one of this test, or of what is around it if that has started one with these settings. */
  @SuppressWarnings("deprecation") // JUnit 5 has no computeIfAbsent
  private static Session session(ExtensionContext context, KinesisServer settings) {
    return requireNonNull(
        context.getStore(NAMESPACE).getOrComputeIfAbsent(settings, Session::start, Session.class));
  }

  private static Optional<KinesisServer> settings(ExtensionContext context) {
    return context
        .getTestMethod()
        .flatMap(method -> AnnotationSupport.findAnnotation(method, KinesisServer.class))
        .or(
            () ->
                AnnotationSupport.findAnnotation(
                    context.getRequiredTestClass(),
                    KinesisServer.class,
                    context.getEnclosingTestClasses()));
  }
}
