// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.WarmUpFailedException;
import io.kpl4j.WarmUpReport;
import io.kpl4j.WarmUpReport.Description;
import io.kpl4j.WarmUpReport.StreamReport;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.retry.ErrorCode;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardListing.Listed;
import io.kpl4j.internal.shard.ShardRange;
import io.kpl4j.internal.shard.StreamDescription;
import io.kpl4j.internal.shard.StreamDescription.Described;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Readies streams before traffic: lists their shards, asks for their settings, and opens the
 * connections that calls will use by PutRecords calls without records, which the service refuses,
 * but not before it was reached. Confined to the loop; it only asks, and waits for nothing.
 */
final class WarmUp extends Inbox.Message {

  private final StreamContext context;
  private final CompletableFuture<WarmUpReport> future = new CompletableFuture<>();
  private final List<Progress> streams = new ArrayList<>();
  private final int callsEach;

  /** Calls that are still to be begun: no more are under way than may be. */
  private final ArrayDeque<Progress> toCall = new ArrayDeque<>();

  private int open;

  /** Prepares the questions; they are asked when the loop reads it. */
  WarmUp(StreamContext context, List<StreamPipeline> asked) {
    this.context = context;
    asked.forEach(stream -> streams.add(new Progress(stream)));
    int all = context.settings().flight().maxRequests();
    this.callsEach = asked.isEmpty() ? 0 : (all + asked.size() - 1) / asked.size();
  }

  /** Completed on the completion executor. */
  CompletableFuture<WarmUpReport> future() {
    return future;
  }

  @Override
  void run(long now) {
    // One more than there are, so that no answer on the spot ends it before all was asked.
    open = 1;
    streams.forEach(stream -> stream.ask(now));
    for (int i = context.settings().flight().maxRequests(); i > 0; i--) {
      callNext();
    }
    answered();
  }

  private void callNext() {
    Progress next = toCall.pollFirst();
    if (next != null) {
      next.call();
    }
  }

  private void answered() {
    if (--open > 0) {
      return;
    }
    List<StreamReport> reports = new ArrayList<>();
    List<String> fatal = new ArrayList<>();
    for (Progress stream : streams) {
      reports.add(stream.report());
      stream.fatal.forEach((what, text) -> fatal.add(stream.pipeline.name() + ": " + text));
    }
    context
        .publisher()
        .execute(
            () -> {
              if (fatal.isEmpty()) {
                future.complete(new WarmUpReport(reports));
              } else {
                future.completeExceptionally(new WarmUpFailedException(fatal));
              }
            });
  }

  /** What has become known of one stream. */
  private final class Progress {
    private final StreamPipeline pipeline;

    /** Why records cannot be put, by what was asked: many calls tell the same. */
    private final Map<String, String> fatal = new LinkedHashMap<>();

    private final List<String> missing = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private @Nullable Integer openShards;
    private @Nullable Description description;

    Progress(StreamPipeline pipeline) {
      this.pipeline = pipeline;
    }

    void ask(long now) {
      open++;
      pipeline.descriptions().tell(this::described, now);
      if (!pipeline.serviceRouted()) {
        open++;
        pipeline.listings().tell(this::listed, now);
      }
      for (int i = 0; i < callsEach; i++) {
        open++;
        toCall.addLast(this);
      }
    }

    private void call() {
      try {
        context
            .ports()
            .sender()
            .send(PutRecordsBatch.of(pipeline.name(), List.of()), this::offerReply);
      } catch (RuntimeException fault) {
        offerReply(
            new PutRecordsReply.Failed(
                PutRecordsReply.Origin.CLIENT, fault.getClass().getSimpleName(), "" + fault, 0));
      }
    }

    private void offerReply(PutRecordsReply reply) {
      context
          .inbox()
          .offer(
              new Inbox.Message() {
                @Override
                void run(long now) {
                  called(reply);
                  callNext();
                  answered();
                }
              });
    }

    private void called(PutRecordsReply reply) {
      if (reply instanceof PutRecordsReply.Failed failed) {
        String why = failed.errorCode() + ": " + failed.message();
        switch (ErrorCode.ofCall(failed)) {
          case ACCESS_DENIED ->
              fatal.put("PutRecords", "kinesis:PutRecords is not permitted (" + why + ")");
          case NO_SUCH_STREAM -> fatal.put("stream", "there is no such stream (" + why + ")");
          case CREDENTIALS ->
              fatal.put("credentials", "the credentials are not accepted (" + why + ")");
          case AMBIGUOUS, TIMED_OUT, OUT_OF_MEMORY ->
              fatal.put("PutRecords", "PutRecords gets no answer (" + why + ")");
          case INVALID, THROTTLED -> {} // It was reached, and would have looked at records.
        }
      }
    }

    private void listed(ShardListing reply) {
      if (reply instanceof Listed listed) {
        openShards = (int) listed.shards().stream().filter(ShardRange::open).count();
      } else if (reply instanceof ShardListing.Failed failed) {
        failed(
            "ListShards",
            failed.errorCode(),
            failed.message(),
            "until shards can be listed, records are sent one by one");
      }
      answered();
    }

    private void described(StreamDescription reply) {
      if (reply instanceof Described told) {
        description = new Description(told.arn(), told.mode(), told.maxRecordBytes());
      } else if (reply instanceof StreamDescription.Failed failed) {
        failed(
            "DescribeStreamSummary",
            failed.errorCode(),
            failed.message(),
            "its record limit and the moment of its creation are not known");
      }
      answered();
    }

    private void failed(String operation, String code, String message, String consequence) {
      String why = code + ": " + message;
      if (code.equals("ResourceNotFoundException")) {
        fatal.put("stream", "there is no such stream (" + why + ")");
      } else if (code.equals("AccessDeniedException")) {
        missing.add("kinesis:" + operation);
        problems.add("kinesis:" + operation + " is not permitted (" + why + "); " + consequence);
      } else {
        problems.add(operation + " failed (" + why + "); " + consequence);
      }
    }

    StreamReport report() {
      return new StreamReport(pipeline.name(), openShards, description, missing, problems);
    }
  }
}
