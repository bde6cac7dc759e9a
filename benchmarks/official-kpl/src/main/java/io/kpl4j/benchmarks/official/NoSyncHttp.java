// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.official;

import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpService;
import software.amazon.awssdk.utils.AttributeMap;

/**
 * A transport that sends nothing: the KPL's Java side builds a client for a metric that is never
 * sent here, and the SDK wants a transport for it. Stateless.
 */
public final class NoSyncHttp implements SdkHttpService {

  /** Creates what {@code ServiceLoader} asks for. */
  public NoSyncHttp() {}

  @Override
  @SuppressWarnings("rawtypes") // as the SDK has it
  public SdkHttpClient.Builder createHttpClientBuilder() {
    return new Builder();
  }

  private static final class Builder implements SdkHttpClient.Builder<Builder> {

    @Override
    public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
      return new Client();
    }
  }

  private static final class Client implements SdkHttpClient {

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      throw new UnsupportedOperationException("nothing is sent this way");
    }

    @Override
    public void close() {}
  }
}
