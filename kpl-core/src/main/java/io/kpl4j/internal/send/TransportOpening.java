// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import io.kpl4j.internal.transport.NettyTransport;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are set up on a thread of their own, which then ends. Confined to the thread
 * that began it.
 */
final class TransportOpening {

  private final FutureTask<NettyTransport> task;

  private TransportOpening(Callable<NettyTransport> open) {
    // It keeps a failure as it is, without memory for another object.
    this.task = new FutureTask<>(open);
  }

  static TransportOpening begin(Callable<NettyTransport> open, Executor thread) {
    TransportOpening opening = new TransportOpening(open);
    thread.execute(opening.task);
    return opening;
  }

  /**
   * Waits for them, also if interrupted: it is a matter of a moment.
   *
   * @throws IllegalArgumentException if the certificates cannot be read
   */
  NettyTransport await() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException failed) {
      throw asOfThisThread(failed.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** So that the stack says who asked. */
  private static RuntimeException asOfThisThread(@Nullable Throwable failure) {
    if (failure instanceof Error fault) {
      throw fault;
    }
    return failure instanceof IllegalArgumentException
        ? new IllegalArgumentException(failure.getMessage(), failure)
        : new IllegalStateException("the connections cannot be set up", failure);
  }

  /** Closes them: nobody will use them, for that reason. */
  void abandon(Throwable reason) {
    try {
      await().close();
    } catch (RuntimeException | Error failed) {
      if (failed.getCause() != reason.getCause()) {
        reason.addSuppressed(failed);
      }
    }
  }
}
