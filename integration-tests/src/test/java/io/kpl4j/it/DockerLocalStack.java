// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import cloud.localstack.Localstack;
import cloud.localstack.docker.LocalstackDockerExtension;
import cloud.localstack.docker.annotation.IEnvironmentVariableProvider;
import cloud.localstack.docker.annotation.LocalstackDockerProperties;
import java.lang.reflect.Proxy;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * LocalStack in a container, by its own JUnit extension, which stops it after the last test;
 * stateless.
 */
final class DockerLocalStack {

  private DockerLocalStack() {}

  /** Whether a daemon answers, else its complaint. */
  static Command.Outcome usable() {
    String docker = System.getenv().getOrDefault("DOCKER_LOCATION", "docker");
    Command.Outcome info = Command.run(docker, "info");
    return new Command.Outcome(info.succeeded(), info.output().lines().reduce("", (a, b) -> b));
  }

  static String start(ExtensionContext context) {
    try {
      new LocalstackDockerExtension().beforeAll(configured(context));
    } catch (Exception e) {
      throw new IllegalStateException("Docker is there, but LocalStack did not start in it", e);
    }
    return Localstack.INSTANCE.getEndpointKinesis();
  }

  /**
   * The extension reads its settings off the test class: it is shown ours, so that tests need none.
   */
  private static ExtensionContext configured(ExtensionContext context) {
    return (ExtensionContext)
        Proxy.newProxyInstance(
            ExtensionContext.class.getClassLoader(),
            new Class<?>[] {ExtensionContext.class},
            (proxy, method, arguments) ->
                method.getName().equals("getRequiredTestClass")
                    ? Settings.class
                    : method.invoke(context, arguments));
  }

  // Newer images ask for an account. "randomizePorts" keeps clear of a LocalStack that runs
  // already.
  @SuppressWarnings("deprecation")
  @LocalstackDockerProperties(
      imageTag = "4.14.0",
      services = {"kinesis", "cloudwatch"},
      environmentVariableProvider = Environment.class,
      useSingleDockerContainer = true,
      randomizePorts = true)
  private static final class Settings {}

  /** The same as in {@code dev/localstack}; immutable. Public as it is made by reflection. */
  public static final class Environment implements IEnvironmentVariableProvider {

    /** For the extension. */
    public Environment() {}

    @Override
    public Map<String, String> getEnvironmentVariables() {
      return Map.of(
          "EAGER_SERVICE_LOADING", "1",
          "DISABLE_EVENTS", "1",
          "KINESIS_PERSISTENCE", "0",
          "KINESIS_LATENCY", "0",
          "KINESIS_SHARD_LIMIT", "1000",
          "ENABLE_CONFIG_UPDATES", "1");
    }
  }
}
