// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import static org.assertj.core.api.Assertions.fail;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** Runs the contract against LocalStack, so that it says what is shared and not what is ours. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KinesisContractLocalStackIT extends KinesisContract {

  private static final String PROPERTY = "kpl.localstack.endpoint";

  private @Nullable KinesisAsyncClient client;

  @BeforeAll
  void connect() {
    String endpoint = System.getProperty(PROPERTY, "");
    if (endpoint.isEmpty()) {
      String reason = "no LocalStack: the system property " + PROPERTY + " is not set";
      if ("true".equals(System.getenv("CI"))) {
        fail(reason);
      }
      Assumptions.abort(reason);
    }
    client = Clients.kinesis(URI.create(endpoint), Clients.Format.CBOR, Clients.http());
  }

  @Override
  protected KinesisAsyncClient client() {
    if (client == null) {
      throw new IllegalStateException("not connected");
    }
    return client;
  }

  @AfterAll
  void close() {
    if (client != null) {
      client.close();
    }
  }
}
