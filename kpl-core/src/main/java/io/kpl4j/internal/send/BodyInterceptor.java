// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import java.util.Optional;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.Header;
import software.amazon.awssdk.http.SdkHttpRequest;

/** Sends the body that a request carries instead of what the SDK marshalled. Stateless. */
final class BodyInterceptor implements ExecutionInterceptor {

  /** The body to send. */
  static final ExecutionAttribute<PutRecordsBody> BODY = attribute();

  /**
   * The SDK refuses a name that it knows, and may be shared by class loaders with this class in
   * each.
   */
  private static ExecutionAttribute<PutRecordsBody> attribute() {
    for (int number = 1; ; number++) {
      try {
        return new ExecutionAttribute<>("kpl4j.PutRecordsBody." + number);
      } catch (IllegalArgumentException taken) {
        // By another loader's.
      }
    }
  }

  @Override
  public Optional<AsyncRequestBody> modifyAsyncHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    PutRecordsBody body = attributes.getAttribute(BODY);
    return body == null ? context.asyncRequestBody() : Optional.of(body.content());
  }

  /** What was marshalled names only the stream. */
  @Override
  public Optional<RequestBody> modifyHttpContent(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    return attributes.getAttribute(BODY) == null ? context.requestBody() : Optional.empty();
  }

  @Override
  public SdkHttpRequest modifyHttpRequest(
      Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
    PutRecordsBody body = attributes.getAttribute(BODY);
    SdkHttpRequest request = context.httpRequest();
    if (body == null) {
      return request;
    }
    String contentType = request.firstMatchingHeader(Header.CONTENT_TYPE).orElse("");
    if (!contentType.equals(PutRecordsBody.CONTENT_TYPE)) {
      throw new IllegalStateException(
          "a body of "
              + PutRecordsBody.CONTENT_TYPE
              + " for a request of "
              + (contentType.isEmpty() ? "no content type" : contentType));
    }
    return request.toBuilder()
        .putHeader(Header.CONTENT_LENGTH, Long.toString(body.contentLength()))
        .build();
  }
}
