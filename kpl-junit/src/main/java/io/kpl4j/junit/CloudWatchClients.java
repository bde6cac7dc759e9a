// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;

/** Makes clients of CloudWatch. Apart, as the SDK's module may not be there. Stateless. */
final class CloudWatchClients {

  private CloudWatchClients() {}

  static AutoCloseable open(
      URI endpoint,
      Region region,
      AwsCredentialsProvider credentials,
      SdkAsyncHttpClient httpClient) {
    return CloudWatchAsyncClient.builder()
        .endpointOverride(endpoint)
        .region(region)
        .credentialsProvider(credentials)
        .httpClient(httpClient)
        .build();
  }
}
