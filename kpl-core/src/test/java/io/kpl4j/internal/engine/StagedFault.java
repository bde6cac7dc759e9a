// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import java.util.concurrent.RejectedExecutionException;

/** Thrown on purpose; without a stack trace, which would be logged again and again. Immutable. */
final class StagedFault extends IllegalStateException {

  private static final long serialVersionUID = 1;

  StagedFault(String what) {
    super(what + ", on purpose");
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** What an executor throws that takes no more. Immutable. */
  static final class Rejection extends RejectedExecutionException {

    private static final long serialVersionUID = 1;

    Rejection() {
      super("rejected by the simulation");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }
}
