// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Injects what {@link KinesisServer} promises, with the faults of {@link KinesisFault}; registered
 * by these annotations. Stateless: what a test has started is in the store of its context, which
 * closes it.
 */
public final class KinesisServerExtension
    implements ParameterResolver, BeforeEachCallback, AfterEachCallback {

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
    Session.Settings settings =
        settings(context)
            .orElseThrow(
                () -> new ParameterResolutionException("there is no @KinesisServer in reach"));
    return session(context, settings).inject(parameter.getParameter().getType());
  }

  /** The one of this test, or of what is around it if that has started one with these settings. */
  @SuppressWarnings("deprecation") // JUnit 5 has no computeIfAbsent
  private static Session session(ExtensionContext context, Session.Settings settings) {
    return requireNonNull(
        context.getStore(NAMESPACE).getOrComputeIfAbsent(settings, Session::start, Session.class));
  }

  /** Refuses faults that would not be met in silence. */
  @Override
  public void beforeEach(ExtensionContext context) {
    List<KinesisFault> faults = faults(context);
    ScriptedFaults.check(faults);
    if (!faults.isEmpty() && server(context).isEmpty()) {
      throw new ExtensionConfigurationException(
          "@KinesisFault is of an endpoint: there is no @KinesisServer in reach");
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    boolean unmet =
        !WrittenFaults.on(context.getRequiredTestMethod()).isEmpty()
            && settings(context)
                .filter(own -> context.getStore(NAMESPACE).get(own) == null)
                .isPresent();
    if (unmet && context.getExecutionException().isEmpty()) {
      throw new ExtensionConfigurationException(
          "the endpoint with the @KinesisFault of "
              + context.getDisplayName()
              + " was never started: neither the test, its constructor nor its @BeforeEach methods"
              + " have a parameter of it");
    }
  }

  private static Optional<Session.Settings> settings(ExtensionContext context) {
    return server(context).map(server -> new Session.Settings(server, faults(context)));
  }

  private static Optional<KinesisServer> server(ExtensionContext context) {
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

  /** Those of the method, or of the innermost class that has any. */
  private static List<KinesisFault> faults(ExtensionContext context) {
    List<KinesisFault> found = context.getTestMethod().map(WrittenFaults::on).orElse(List.of());
    if (found.isEmpty()) {
      found = WrittenFaults.of(context.getRequiredTestClass());
    }
    List<Class<?>> around = context.getEnclosingTestClasses();
    for (int i = around.size() - 1; i >= 0 && found.isEmpty(); i--) {
      found = WrittenFaults.of(around.get(i));
    }
    return found;
  }
}
