// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.metrics;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
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
 * <p>CloudWatch refuses a call whole for one datum. Such a call is sent again in halves, level by
 * level, until what is refused stands alone and is dropped; the number of these further calls is
 * bounded. Where it was not enough, the parts that are left wait for the next upload, unless
 * nothing at all was accepted: then no single datum is to blame, and they are dropped.
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
    for (Unresolved each : unresolved) {
      if (anyAccepted) {
        carry(each.part, each.refusal);
      } else {
        failures.lost(each.part.size(), each.refusal);
      }
    }
  }

  private void send(Map<RollUp.Key, Statistics> call, List<Unresolved> unresolved) {
    Queue<Map<RollUp.Key, Statistics>> parts = new ArrayDeque<>(List.of(call));
    while (!parts.isEmpty()) {
      Map<RollUp.Key, Statistics> part = parts.remove();
      Throwable failure = failure(part);
      if (failure == null) {
        anyAccepted = true;
      } else if (Thread.currentThread().isInterrupted()) {
        failures.lost(part.size(), failure);
      } else if (!refused(failure)) {
        carry(part, failure);
      } else if (part.size() == 1) {
        failures.refused(part.keySet().iterator().next(), failure);
      } else if (furtherCalls >= 2) {
        furtherCalls -= 2;
        parts.addAll(halves(part));
      } else {
        unresolved.add(new Unresolved(part, failure));
      }
    }
  }

  private void carry(Map<RollUp.Key, Statistics> part, Throwable failure) {
    int lost = rest.carry(part);
    if (lost == 0) {
      failures.delayed(failure);
    } else {
      failures.lost(lost, failure);
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
