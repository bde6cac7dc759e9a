// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.cloudwatch.CloudWatchAsyncClient;
import software.amazon.awssdk.services.cloudwatch.model.MetricDatum;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataRequest;
import software.amazon.awssdk.services.cloudwatch.model.PutMetricDataResponse;

/**
 * The calls of one upload. Confined to the thread that uploads.
 *
 * <p>CloudWatch refuses a call whole for one datum. Such a call is sent again in halves, the first
 * half to its end before the second, until what is refused stands alone and is dropped; the number
 * of these further calls is bounded. Going into depth, each upload finds some, however many there
 * are. Where it was not enough, the parts that are left wait for the next upload, unless nothing at
 * all was accepted: then no single datum is to blame, and they are dropped.
 */
final class Upload {

  /** Finds three refused datums among a thousand. */
  static final int MOST_FURTHER_CALLS = 64;

  /** Where what was not sent goes. */
  interface Rest {
    /** Takes what is to go with the next upload, and answers how many series it has no room for. */
    int carry(Map<RollUp.Key, Statistics> part);
  }

  private final CloudWatchAsyncClient client;
  private final String namespace;
  private final Instant now;
  private final Rest rest;
  private final FailureLog failures;
  private int furtherCalls = MOST_FURTHER_CALLS;
  private boolean anyAccepted;
  private int lost;
  private @Nullable Throwable lastLost;

  Upload(
      CloudWatchAsyncClient client, String namespace, Instant now, Rest rest, FailureLog failures) {
    this.client = client;
    this.namespace = namespace;
    this.now = now;
    this.rest = rest;
    this.failures = failures;
  }

  /** A part that was refused and is not taken apart further. */
  private record Unresolved(Map<RollUp.Key, Statistics> part, Throwable refusal) {}

  /** Sends all calls and waits for the replies, or for an interrupt. */
  void send(List<Map<RollUp.Key, Statistics>> calls) {
    List<Unresolved> unresolved = new ArrayList<>();
    for (Map<RollUp.Key, Statistics> call : calls) {
      send(call, unresolved);
    }
    if (anyAccepted) {
      unresolved.forEach(each -> carry(each.part, each.refusal));
    } else {
      unresolved.forEach(this::lose);
    }
    if (lastLost != null) {
      failures.lost(lost, lastLost);
    }
  }

  private void send(Map<RollUp.Key, Statistics> call, List<Unresolved> unresolved) {
    Deque<Map<RollUp.Key, Statistics>> parts = new ArrayDeque<>(List.of(call));
    while (!parts.isEmpty()) {
      Map<RollUp.Key, Statistics> part = parts.remove();
      Throwable failure = failure(part);
      if (failure == null) {
        anyAccepted = true;
      } else if (Thread.currentThread().isInterrupted()) {
        lose(new Unresolved(part, failure));
      } else if (!refused(failure)) {
        carry(part, failure);
      } else if (part.size() == 1) {
        failures.refused(part.keySet().iterator().next(), failure);
      } else if (furtherCalls >= 2) {
        furtherCalls -= 2;
        List<Map<RollUp.Key, Statistics>> halves = halves(part);
        parts.push(halves.get(1));
        parts.push(halves.get(0));
      } else {
        unresolved.add(new Unresolved(part, failure));
      }
    }
  }

  /** All that is lost for want of calls or time is one line in the log. */
  private void lose(Unresolved unresolved) {
    lost += unresolved.part.size();
    lastLost = unresolved.refusal;
  }

  private void carry(Map<RollUp.Key, Statistics> part, Throwable failure) {
    int withoutRoom = rest.carry(part);
    if (withoutRoom == 0) {
      failures.delayed(failure);
    } else {
      failures.lost(withoutRoom, failure);
    }
  }

  private static List<Map<RollUp.Key, Statistics>> halves(Map<RollUp.Key, Statistics> part) {
    Map<RollUp.Key, Statistics> first = new LinkedHashMap<>();
    Map<RollUp.Key, Statistics> second = new LinkedHashMap<>();
    Iterator<Map.Entry<RollUp.Key, Statistics>> each = part.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<RollUp.Key, Statistics> entry = each.next();
      (first.size() < part.size() / 2 ? first : second).put(entry.getKey(), entry.getValue());
    }
    return List.of(first, second);
  }

  /** Whether it is refused for what it says, and would be again. */
  private static boolean refused(Throwable failure) {
    if (!(failure instanceof AwsServiceException refused) || refused.awsErrorDetails() == null) {
      return false;
    }
    String code = String.valueOf(refused.awsErrorDetails().errorCode());
    return refused.statusCode() == 413
        || code.startsWith("InvalidParameter")
        || code.startsWith("MissingParameter")
        || code.startsWith("MissingRequiredParameter")
        || code.startsWith("Validation");
  }

  private @Nullable Throwable failure(Map<RollUp.Key, Statistics> part) {
    if (Thread.currentThread().isInterrupted()) {
      return new InterruptedException("the time to send it is over");
    }
    CompletableFuture<PutMetricDataResponse> reply = null;
    try {
      List<MetricDatum> data =
          part.entrySet().stream()
              .map(each -> Datums.of(each.getKey(), each.getValue(), now))
              .toList();
      reply =
          client.putMetricData(
              PutMetricDataRequest.builder().namespace(namespace).metricData(data).build());
      reply.get();
      return null;
    } catch (InterruptedException e) {
      reply.cancel(true);
      Thread.currentThread().interrupt();
      return e;
    } catch (ExecutionException e) {
      return e.getCause() == null ? e : e.getCause();
    } catch (RuntimeException | OutOfMemoryError e) {
      return e;
    }
  }
}
