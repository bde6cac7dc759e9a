// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import io.kpl4j.testkit.KinesisContract;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;

/** What the embedded endpoint is tested for holds of LocalStack too. */
@ExtendWith(LocalStack.class)
class KinesisContractLocalStackIT extends KinesisContract {

  /** Outlives the deletion of the stream after each test. */
  @AutoClose private final KinesisAsyncClient client;

  KinesisContractLocalStackIT(LocalStackEndpoint localStack) {
    client = localStack.kinesis();
  }

  @Override
  protected KinesisAsyncClient client() {
    return client;
  }
}
