// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.ResolveIdentityRequest;

/**
 * Somebody else's credentials, whose failures can be told from those of the call they were wanted
 * for: many of them are errors of other services. Thread-safe if the source is.
 *
 * <p>Not closeable on purpose: a client closes the provider that it was given, and this one is the
 * user's.
 */
final class MarkedCredentials implements IdentityProvider<AwsCredentialsIdentity> {

  private final IdentityProvider<? extends AwsCredentialsIdentity> source;

  MarkedCredentials(IdentityProvider<? extends AwsCredentialsIdentity> source) {
    this.source = source;
  }

  /** No credentials could be had; the cause says why. */
  static final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Throwable reason;

    private Unavailable(Throwable reason) {
      super(reason);
      this.reason = reason;
    }

    /** What the source threw. */
    Throwable reason() {
      return reason;
    }
  }

  @Override
  public Class<AwsCredentialsIdentity> identityType() {
    return AwsCredentialsIdentity.class;
  }

  @Override
  public CompletableFuture<? extends AwsCredentialsIdentity> resolveIdentity(
      ResolveIdentityRequest request) {
    try {
      return marked(source.resolveIdentity(request));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(new Unavailable(e));
    }
  }

  private static CompletableFuture<? extends AwsCredentialsIdentity> marked(
      CompletableFuture<? extends AwsCredentialsIdentity> identity) {
    if (identity.isDone() && !identity.isCompletedExceptionally()) {
      return identity;
    }
    return identity.handle(
        (found, thrown) -> {
          if (thrown == null) {
            return found;
          }
          throw new Unavailable(unwrapped(thrown));
        });
  }

  private static Throwable unwrapped(Throwable thrown) {
    Throwable cause = thrown.getCause();
    return thrown instanceof CompletionException && cause != null ? cause : thrown;
  }
}
