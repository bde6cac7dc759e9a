// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import software.amazon.awssdk.awscore.AwsServiceClientConfiguration;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.retries.api.RetryStrategy;

/**
 * Makes one request on a client of the user go out once: a retry of the SDK would hash and sign the
 * body again, and hold a slot that the pipeline could use. A request can say so only through a
 * plugin. Immutable; one instance serves all requests.
 */
final class SingleAttemptPlugin implements SdkPlugin {

  private static final RetryStrategy ONCE = AwsRetryStrategy.doNotRetry();

  @Override
  public void configureClient(SdkServiceClientConfiguration.Builder client) {
    client.overrideConfiguration(
        client.overrideConfiguration().toBuilder().retryStrategy(ONCE).build());
    if (client instanceof AwsServiceClientConfiguration.Builder aws) {
      IdentityProvider<? extends AwsCredentialsIdentity> credentials = aws.credentialsProvider();
      if (credentials != null) {
        aws.credentialsProvider(new MarkedCredentials(credentials));
      }
    }
  }
}
