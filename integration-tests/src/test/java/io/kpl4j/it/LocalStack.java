// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link LocalStackEndpoint} parameter, and decides once a run where it comes from;
 * stateless.
 *
 * <p>In this order: the endpoint that was named, the one that {@code dev/localstack} runs, a
 * container. Without any the tests are skipped with the reason, but where {@code CI=true} they
 * fail.
 */
public final class LocalStack implements BeforeAllCallback, ParameterResolver {

  static final String ENDPOINT_PROPERTY = "kpl.localstack.endpoint";
  static final String ENDPOINT_VARIABLE = "KPL_LOCALSTACK_ENDPOINT";
  static final String SKIP_PROPERTY = "skipLocalStack";

  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(LocalStack.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    choice(context).orSkip();
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalStackEndpoint.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context)
      throws ParameterResolutionException {
    return choice(context).orSkip();
  }

  private static Choice choice(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .computeIfAbsent(Choice.class, key -> announced(choose(context)), Choice.class);
  }

  private static Choice announced(Choice choice) {
    System.out.println("LocalStack: " + choice.description());
    return choice;
  }

  private static Choice choose(ExtensionContext context) {
    String named = System.getProperty(ENDPOINT_PROPERTY, System.getenv(ENDPOINT_VARIABLE));
    if (named != null && !named.isBlank()) {
      return new Found(LocalStackEndpoint.probed(named), "as named, " + named);
    }
    if (Boolean.getBoolean(SKIP_PROPERTY)) {
      return new Missing("skipped, as -D" + SKIP_PROPERTY + " asks", false);
    }
    Command.Outcome host = HostLocalStack.endpoint();
    if (host.succeeded()) {
      return new Found(LocalStackEndpoint.probed(host.output()), "host mode, " + host.output());
    }
    Command.Outcome docker = DockerLocalStack.usable();
    if (docker.succeeded()) {
      String endpoint = DockerLocalStack.start(context);
      return new Found(LocalStackEndpoint.probed(endpoint), "container, " + endpoint);
    }
    return new Missing(
        "none to be had. Host mode: " + host.output() + ". Docker: " + docker.output(),
        "true".equals(System.getenv("CI")));
  }

  /** What was decided; immutable. */
  private sealed interface Choice {
    String description();

    LocalStackEndpoint orSkip();
  }

  private record Found(LocalStackEndpoint endpoint, String description) implements Choice {
    @Override
    public LocalStackEndpoint orSkip() {
      return endpoint;
    }
  }

  private record Missing(String description, boolean mustBeThere) implements Choice {
    @Override
    public LocalStackEndpoint orSkip() {
      if (mustBeThere) {
        throw new IllegalStateException("CI=true, but LocalStack: " + description);
      }
      return Assumptions.abort("LocalStack: " + description);
    }
  }
}
