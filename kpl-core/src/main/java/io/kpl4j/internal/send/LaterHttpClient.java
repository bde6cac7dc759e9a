// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;

/**
 * Stands for connections that are still set up while the client over them is. Thread-safe; no
 * request may come before {@link #is}.
 */
final class LaterHttpClient implements SdkAsyncHttpClient {

  /** What the SDK's client on Netty calls itself in the user agent. */
  private static final String NAME = "NettyNio";

  private volatile @Nullable SdkAsyncHttpClient connections;

  /** Says what it stands for. */
  void is(SdkAsyncHttpClient ready) {
    connections = ready;
  }

  @Override
  public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
    return requireNonNull(connections).execute(request);
  }

  @Override
  public String clientName() {
    return NAME;
  }

  /** Whoever opened the connections closes them. */
  @Override
  public void close() {}
}
