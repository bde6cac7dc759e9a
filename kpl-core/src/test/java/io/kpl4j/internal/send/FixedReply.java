// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.http.SdkHttpFullResponse;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.http.async.AsyncExecuteRequest;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpResponseHandler;

/**
 * The HTTP side of an SDK client, without sockets: each request has the same reply, which the SDK
 * reads as it reads those of the service. Confined to one call at a time.
 */
final class FixedReply implements SdkAsyncHttpClient {

  private volatile SdkHttpResponse head = SdkHttpFullResponse.builder().statusCode(200).build();
  private volatile byte[] body = {};

  /** What is answered from now on. */
  void is(int status, String contentType, byte[] bytes) {
    head =
        SdkHttpFullResponse.builder()
            .statusCode(status)
            .putHeader("Content-Type", contentType)
            .putHeader("Content-Length", Integer.toString(bytes.length))
            .build();
    body = bytes;
  }

  @Override
  public CompletableFuture<Void> execute(AsyncExecuteRequest request) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    SdkAsyncHttpResponseHandler handler = request.responseHandler();
    handler.onHeaders(head);
    handler.onStream(to -> to.onSubscribe(new Once(to, done)));
    return done;
  }

  /** Gives the body at the first request for it. */
  private final class Once implements Subscription {
    private final Subscriber<? super ByteBuffer> to;
    private final CompletableFuture<Void> done;
    private boolean over;

    Once(Subscriber<? super ByteBuffer> to, CompletableFuture<Void> done) {
      this.to = to;
      this.done = done;
    }

    @Override
    public void request(long count) {
      if (!over) {
        over = true;
        to.onNext(ByteBuffer.wrap(body));
        to.onComplete();
        done.complete(null);
      }
    }

    @Override
    public void cancel() {
      over = true;
      done.complete(null);
    }
  }

  @Override
  public void close() {}
}
