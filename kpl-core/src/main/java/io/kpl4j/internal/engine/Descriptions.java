// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.deadline.DeadlineHeap.NEVER;

import io.kpl4j.internal.retry.ErrorCode;
import io.kpl4j.internal.shard.StreamDescription;
import io.kpl4j.internal.shard.StreamDescription.Described;
import io.kpl4j.internal.shard.StreamDescription.Failed;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for one stream's own settings, at most once in {@code DescribeStreamSummaryIntervalMs}, and
 * acts on what it hears: another moment of creation is another stream, and a record limit above 1
 * MiB widens what is accepted. Nothing depends on an answer. Confined to the loop.
 */
final class Descriptions {

  private static final Logger LOG = LoggerFactory.getLogger(Descriptions.class);

  /** A question that was not answered by then is taken for failed. */
  private static final long PATIENCE_NANOS = 120_000_000_000L;

  /** Up to this long waits what many producers may have reason to ask at the same moment. */
  private static final long RECHECK_JITTER_NANOS = 10_000_000_000L;

  private final StreamPipeline stream;
  private final StreamContext context;
  private final long intervalNanos;
  private final List<Consumer<StreamDescription>> curious = new ArrayList<>();
  private final ControlCalls.Place place;
  private long nextNanos;
  private long notBeforeNanos = Long.MIN_VALUE;
  private long beganNanos = NEVER;
  private long id;
  private @Nullable StreamDescription last;
  private @Nullable Described known;
  private boolean begun;
  private boolean saidWhyNot;

  /** Creates it for a stream that was never described. Any thread. */
  Descriptions(StreamPipeline stream, StreamContext context, long nowNanos) {
    this.stream = stream;
    this.context = context;
    this.place = context.loop().controlCalls().new Place(stream);
    this.intervalNanos = context.settings().flight().describeIntervalNanos();
    this.nextNanos = nowNanos;
  }

  /** When it wants to run again. */
  long nextNanos() {
    if (place.waits()) {
      return NEVER;
    }
    return beganNanos == NEVER ? nextNanos : beganNanos + PATIENCE_NANOS;
  }

  /** Asks if it is time to. */
  void runOnce(long now) {
    if (beganNanos != NEVER && now - beganNanos >= PATIENCE_NANOS) {
      answered(new Failed(ErrorCode.NO_ANSWER, "DescribeStreamSummary was not answered"), now);
    }
    if (!begun) {
      // Anywhere in the first interval, unless somebody asks: the account has 20 calls a second.
      begun = true;
      nextNanos = after(now, context.loop().random().applyAsLong(intervalNanos));
    }
    if (!curious.isEmpty()) {
      nextNanos = Math.min(nextNanos, Math.max(notBeforeNanos, now));
    }
    if (stream.closed() || beganNanos != NEVER || nextNanos > now || !place.begin()) {
      return;
    }
    long question = ++id;
    beganNanos = now;
    notBeforeNanos = after(now, intervalNanos);
    nextNanos = notBeforeNanos;
    try {
      context.ports().describer().describe(stream.name(), reply -> answer(question, reply));
    } catch (VirtualMachineError fatal) {
      throw fatal;
    } catch (RuntimeException | Error fault) {
      answer(question, new Failed(fault.getClass().getSimpleName(), "" + fault));
    }
  }

  private void answer(long question, StreamDescription reply) {
    context
        .inbox()
        .offer(
            new Inbox.Message() {
              @Override
              void run(long then) {
                if (question == id && beganNanos != NEVER) {
                  answered(reply, then);
                }
              }
            });
  }

  /** The stream may have been made anew: ask before the turn, if the interval allows it. */
  void recheck(long now) {
    long soon = now + context.loop().random().applyAsLong(RECHECK_JITTER_NANOS);
    nextNanos = Math.min(nextNanos, Math.max(notBeforeNanos, soon));
  }

  /** Somebody wants to know now; if it may not be asked again yet, what was heard last will do. */
  void tell(Consumer<StreamDescription> whom, long now) {
    StreamDescription heard = last;
    if (heard != null && beganNanos == NEVER && now < notBeforeNanos) {
      whom.accept(heard);
      return;
    }
    curious.add(whom);
    stream.touch();
  }

  /** The stream asks for nothing any more. */
  void end() {
    beganNanos = NEVER;
    place.end();
  }

  private void answered(StreamDescription reply, long now) {
    beganNanos = NEVER;
    place.end();
    last = reply;
    if (reply instanceof Described described) {
      described(described, now);
    } else if (reply instanceof Failed failed) {
      failed(failed);
    }
    List<Consumer<StreamDescription>> told = List.copyOf(curious);
    curious.clear();
    told.forEach(whom -> whom.accept(reply));
    stream.touch();
  }

  private void described(Described now, long nowNanos) {
    Described before = known;
    known = now;
    saidWhyNot = false;
    LOG.debug("{}: {}", stream.name(), now);
    if (before != null && !before.createdAt().equals(now.createdAt())) {
      LOG.info(
          "Stream {} was made anew: created {}, before that {}; its shards are listed again",
          stream.name(),
          now.createdAt(),
          before.createdAt());
      stream.listings().madeAnew(nowNanos);
    }
    stream.recordLimit(now.maxRecordBytes(), nowNanos);
  }

  private void failed(Failed failed) {
    if (failed.errorCode().equals("ResourceNotFoundException")) {
      stream.listings().forgetRanges();
    }
    if (!saidWhyNot) {
      saidWhyNot = true;
      LOG.info(
          "Stream {} cannot be described ({}: {}). Its record limit and the moment of its creation"
              + " are not known, all else works; kinesis:DescribeStreamSummary is the permission"
              + " needed",
          stream.name(),
          failed.errorCode(),
          failed.message());
    }
  }

  private static long after(long nowNanos, long delayNanos) {
    return delayNanos > NEVER - nowNanos ? NEVER : nowNanos + delayNanos;
  }
}
