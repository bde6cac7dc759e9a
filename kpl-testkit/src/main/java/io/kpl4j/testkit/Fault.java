// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.internal.fault.FaultAction;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Which calls of which operation something happens to, and what. Immutable: a fault counts its
 * calls from the moment at which it is added to a {@link FaultScript}, and can be added to several.
 *
 * <pre>{@code
 * server.faults().add(Fault.on("PutRecords").after(3).times(2).httpError(503));
 * }</pre>
 */
public final class Fault {

  /** Stands for every operation. */
  public static final String ANY_OPERATION = "*";

  private static final String THROTTLED = "ProvisionedThroughputExceededException";

  private final When when;
  private final Effect effect;

  private Fault(When when, Effect effect) {
    this.when = when;
    this.effect = effect;
  }

  /** Makes the action of an armed fault, which draws its chances from this generator. */
  @FunctionalInterface
  interface Effect {
    FaultAction action(SplittableRandom random);
  }

  /**
   * Begins a fault.
   *
   * @param operation the operation's name as the service has it, or {@link #ANY_OPERATION}
   * @return the calls it meets: the first one, until told otherwise
   */
  public static When on(String operation) {
    return new When(operation, 0, 1, 1.0, 1);
  }

  String operation() {
    return when.operation;
  }

  long after() {
    return when.after;
  }

  long times() {
    return when.times;
  }

  double chance() {
    return when.chance;
  }

  long seed() {
    return when.seed;
  }

  Effect effect() {
    return effect;
  }

  /** The calls that a fault meets, up to the choice of what happens to them. Immutable. */
  public static final class When {

    private final String operation;
    private final long after;
    private final long times;
    private final double chance;
    private final long seed;

    private When(String operation, long after, long times, double chance, long seed) {
      this.operation = operation;
      this.after = after;
      this.times = times;
      this.chance = chance;
      this.seed = seed;
    }

    /**
     * Lets this many calls pass first; 0 unless set.
     *
     * @param calls how many
     * @return the narrowed calls
     */
    public When after(long calls) {
      return new When(operation, atLeast(0, calls), times, chance, seed);
    }

    /**
     * Meets this many calls, one after the other; 1 unless set.
     *
     * @param calls how many
     * @return the narrowed calls
     */
    public When times(long calls) {
      return new When(operation, after, atLeast(1, calls), chance, seed);
    }

    /**
     * Meets every call from then on.
     *
     * @return the narrowed calls
     */
    public When always() {
      return new When(operation, after, Long.MAX_VALUE, chance, seed);
    }

    /**
     * Meets each of its calls only by chance; certain unless set.
     *
     * @param probability from 0 to 1
     * @return the narrowed calls
     */
    public When withChance(double probability) {
      return new When(operation, after, times, checkedProbability(probability), seed);
    }

    /**
     * Seeds the chances of this fault; the same seed gives the same run.
     *
     * @param value the seed; 1 unless set
     * @return the narrowed calls
     */
    public When seed(long value) {
      return new When(operation, after, times, chance, value);
    }

    /**
     * Answers with 500 InternalFailure, 503 ServiceUnavailable, or another status that a load
     * balancer might give; nothing is stored.
     *
     * @param status the HTTP status
     * @return the fault, to be added to a script
     */
    public Fault httpError(int status) {
      String code =
          switch (status) {
            case 500 -> "InternalFailure";
            case 503 -> "ServiceUnavailable";
            default -> "HttpError" + status;
          };
      return error(status, code, "scripted fault");
    }

    /**
     * Answers with an error of the service; nothing is stored.
     *
     * @param status the HTTP status
     * @param code the error code, such as {@code AccessDeniedException}
     * @param message the text
     * @return the fault, to be added to a script
     */
    public Fault error(int status, String code, String message) {
      return then(random -> new FaultAction.ServiceError(status, code, message));
    }

    /**
     * Refuses every entry of a PutRecords call, or a PutRecord call, as throttled.
     *
     * @return the fault, to be added to a script
     */
    public Fault throttleEntries() {
      return throttleEntries(1);
    }

    /**
     * Refuses entries of a PutRecords call as throttled and stores the others.
     *
     * @param probability that of each entry, from 0 to 1
     * @return the fault, to be added to a script
     */
    public Fault throttleEntries(double probability) {
      return failEntries(THROTTLED, "Rate exceeded (scripted fault).", probability);
    }

    /**
     * Refuses every entry of a PutRecords call, or a PutRecord call, with InternalFailure.
     *
     * @return the fault, to be added to a script
     */
    public Fault internalFailureEntries() {
      return internalFailureEntries(1);
    }

    /**
     * Refuses entries of a PutRecords call with InternalFailure and stores the others.
     *
     * @param probability that of each entry, from 0 to 1
     * @return the fault, to be added to a script
     */
    public Fault internalFailureEntries(double probability) {
      return failEntries("InternalFailure", "Internal service failure.", probability);
    }

    /**
     * Refuses entries of a PutRecords call with any code and stores the others.
     *
     * @param code the error code
     * @param message the text
     * @param probability that of each entry, from 0 to 1
     * @return the fault, to be added to a script
     */
    public Fault failEntries(String code, String message, double probability) {
      double checked = checkedProbability(probability);
      return then(random -> new FaultAction.EntryErrors(code, message, checked, random));
    }

    /**
     * Resets the connection as soon as the head of the request is there; nothing is stored.
     *
     * @return the fault, to be added to a script
     */
    public Fault resetConnection() {
      return then(random -> new FaultAction.ResetBeforeRead());
    }

    /**
     * Stores, then closes the connection in place of a reply.
     *
     * @return the fault, to be added to a script
     */
    public Fault loseReply() {
      return then(random -> new FaultAction.ReplyLost());
    }

    /**
     * Stores, sends half of the reply's body, then closes the connection.
     *
     * @return the fault, to be added to a script
     */
    public Fault cutReply() {
      return then(random -> new FaultAction.ReplyCut());
    }

    /**
     * Stores at once and answers late.
     *
     * @param delay how late, on top of the server's latency
     * @return the fault, to be added to a script
     */
    public Fault delayReply(Duration delay) {
      return then(random -> new FaultAction.ReplySlow(delay));
    }

    /**
     * Reads the request, stores nothing, never answers, and keeps the connection open.
     *
     * @return the fault, to be added to a script
     */
    public Fault neverAnswer() {
      return then(random -> new FaultAction.NeverAnswered());
    }

    /**
     * Stores all entries of a PutRecords call, and answers with more or fewer of them.
     *
     * @param difference how many entries more than were sent; negative for fewer
     * @return the fault, to be added to a script
     */
    public Fault wrongEntryCount(int difference) {
      return then(random -> new FaultAction.WrongEntryCount(difference));
    }

    /**
     * Stores, then answers 200 with a body that cannot be read.
     *
     * @return the fault, to be added to a script
     */
    public Fault garbageBody() {
      return then(random -> new FaultAction.Garbage());
    }

    private Fault then(Effect effect) {
      return new Fault(this, effect);
    }

    private static long atLeast(long least, long calls) {
      if (calls < least) {
        throw new IllegalArgumentException("at least " + least + " calls, not " + calls);
      }
      return calls;
    }

    private static double checkedProbability(double probability) {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("a probability is within 0 and 1, not " + probability);
      }
      return probability;
    }
  }
}
