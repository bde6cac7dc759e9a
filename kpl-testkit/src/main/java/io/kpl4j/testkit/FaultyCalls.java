// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit;

import io.kpl4j.testkit.internal.fault.Delay;
import io.kpl4j.testkit.internal.fault.FaultAction;
import java.time.Duration;

/** The calls that a fault meets, up to the choice of what happens to them. Immutable. */
public final class FaultyCalls extends Occasions<FaultyCalls> {

  private static final String THROTTLED = "ProvisionedThroughputExceededException";

  FaultyCalls(Occasion occasion) {
    super(occasion);
  }

  @Override
  FaultyCalls at(Occasion narrowed) {
    return new FaultyCalls(narrowed);
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
   * Refuses the whole call as throttled, with ProvisionedThroughputExceededException.
   *
   * @return the fault, to be added to a script
   */
  public Fault throttleCall() {
    return error(400, THROTTLED, "Rate exceeded (scripted fault).");
  }

  /**
   * Refuses the call with ExpiredTokenException, as credentials are that were not renewed.
   *
   * @return the fault, to be added to a script
   */
  public Fault expiredToken() {
    String text = "The security token included in the request is expired";
    return error(400, "ExpiredTokenException", text);
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
    double checked = Occasions.checkedProbability(probability);
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
    return delayReply(delay, delay);
  }

  /**
   * Stores at once and answers late, by chance more or less so.
   *
   * @param least the least delay, on top of the server's latency
   * @param most the greatest
   * @return the fault, to be added to a script
   */
  public Fault delayReply(Duration least, Duration most) {
    Delay.check(least, most);
    return then(random -> new FaultAction.ReplySlow(Delay.between(least, most, random)));
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

  /**
   * Stops reading from the connection once the head of the request is there, and leaves it open, as
   * a network does that loses every packet; nothing is stored. Only what is under way already on
   * the same connection of HTTP/2 is still answered.
   *
   * @return the fault, to be added to a script
   */
  public Fault blackHole() {
    return then(random -> new FaultAction.BlackHole());
  }

  /**
   * Closes the port and every connection, as {@link KinesisTestServer#suspend} does, and opens it
   * again after a while. Until then connections are refused. This call is not stored, and no call
   * under way gets an answer.
   *
   * @param outage for how long
   * @return the fault, to be added to a script
   */
  public Fault suspendServer(Duration outage) {
    return then(random -> new FaultAction.Suspend(outage));
  }

  /**
   * Does something just before the call takes effect, such as a split of a shard, and then lets the
   * call go on as if nothing were. It runs on a thread of the server, so it must not wait for
   * another call, nor suspend or close the server.
   *
   * <pre>{@code
   * server.faults().add(
   *     Fault.on("PutRecords").after(3).run(() -> server.splitShard("clicks", shardId)));
   * }</pre>
   *
   * @param action what to do; if it throws, the call is answered with 500 InternalFailure
   * @return the fault, to be added to a script
   */
  public Fault run(Runnable action) {
    return then(random -> new FaultAction.Run(action));
  }
}
