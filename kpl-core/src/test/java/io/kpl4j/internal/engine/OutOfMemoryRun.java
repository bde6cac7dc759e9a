// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import static io.kpl4j.internal.engine.VirtualTime.MILLI;
import static io.kpl4j.internal.engine.VirtualTime.SECOND;

import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.aggregation.HashKey;
import io.kpl4j.internal.batch.PutRecordsBatch;
import io.kpl4j.internal.record.AdmissionBudget;
import io.kpl4j.internal.result.ResultPublisher;
import io.kpl4j.internal.send.PutRecordsReply;
import io.kpl4j.internal.send.PutRecordsReply.Accepted;
import io.kpl4j.internal.send.PutRecordsReply.Answered;
import io.kpl4j.internal.send.PutRecordsReply.Entry;
import io.kpl4j.internal.shard.ShardListing;
import io.kpl4j.internal.shard.ShardRange;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A program of its own, to be run with a small heap: round by round the heap is filled up to a few
 * bytes, a little more each time, and then the loop gets a turn in which it moves records between
 * lanes, or callers append. So the memory runs out at one place after the other. When it is back,
 * every future must complete and no permit may be left. Confined to its thread.
 */
final class OutOfMemoryRun {

  private static final int RECORDS = 60;
  private static final int LEAST_BLOCK_BYTES = 32;

  private static final int FLUSHES_BEGUN = 5;
  private static final int FINE_STEP_BYTES = 32;
  private static final HashKey HALF = HashKey.of(1L << 63, 0);
  private static final ShardListing WHOLE =
      listing(new ShardRange("0", HashKey.MIN, HashKey.MAX, true));
  private static final ShardListing HALVES =
      listing(
          new ShardRange("1", HashKey.MIN, HALF.previous(), true),
          new ShardRange("2", HALF, HashKey.MAX, true));

  /** What fills the heap; kept so that filling it needs nothing. */
  private static final byte[][] BALLAST = new byte[100_000][];

  private final SimulationSettings settings = new SimulationSettings();
  private final ArrayDeque<Runnable> replies = new ArrayDeque<>();

  /** What the completion executor has taken; it has room for all of a run. */
  private final ArrayDeque<Runnable> completions = new ArrayDeque<>(4 * RECORDS);

  private final ArrayList<CompletableFuture<RecordResult>> futures = new ArrayList<>();
  private final List<CheckedRecord> permits = new ArrayList<>();
  private final List<Intake.Admitted> waiting = new ArrayList<>(RECORDS);
  private final AdmissionBudget.Account filler = new AdmissionBudget.Account();
  private final ResultPublisher publisher;
  private final AdmissionBudget budget = new AdmissionBudget(64 << 20, 100_000, 100_000);
  private final Streams streams;
  private final Intake intake;
  private final List<CompletableFuture<Void>> flushed = new ArrayList<>(FLUSHES_BEGUN + 1);
  private final Flushes flushes;
  private final WaitingRoom room;
  private final Pipelines pipelines;
  private ShardListing listing = WHOLE;
  private long nowNanos = MILLI;

  private OutOfMemoryRun() {
    settings.aggregationMaxCount = 5;
    Inbox inbox = new Inbox(() -> {});
    publisher =
        new ResultPublisher(
            completions::add, completions::add, new DeliveryNews(budget, inbox, () -> {}));
    PipelineSettings pipeline = settings.pipeline();
    StreamContext context =
        new StreamContext(
            pipeline,
            inbox,
            budget,
            publisher,
            new StreamContext.Ports(
                (stream, openOnly, onReply) -> replies.add(() -> onReply.accept(listing)),
                (stream, onReply) -> {},
                this::send,
                new GuardedEvents(List.of(settings.events), () -> nowNanos)),
            new StreamContext.LoopState(bound -> 0));
    intake = new Intake(budget, pipeline);
    streams = new Streams(name -> new StreamPipeline(name, context, nowNanos));
    room = new WaitingRoom(context, intake, new WaitingRoom.Limits(2 * RECORDS, 1 << 20, SECOND));
    pipelines = new Pipelines(context, streams, room, () -> Instant.EPOCH);
    flushes = new Flushes(context, streams, pipelines, () -> false);
  }

  private static ShardListing listing(ShardRange... shards) {
    return new ShardListing.Listed(List.of(shards), false);
  }

  private void send(PutRecordsBatch batch, Consumer<PutRecordsReply> onReply) {
    replies.add(
        () -> {
          List<Entry> entries = new ArrayList<>();
          batch.records().forEach(each -> entries.add(new Accepted("" + each.sentTo(), "1")));
          onReply.accept(new Answered(entries));
        });
  }

  private void put() {
    for (int i = 0; i < RECORDS; i++) {
      put(i);
    }
  }

  private void put(int key) {
    futures.add(intake.append(admitted(key), nowNanos));
  }

  private CheckedRecord admitted(int key) {
    UserRecord record = UserRecord.of("s", "key-" + key, new byte[20]);
    CheckedRecord checked = intake.check(record, this::stream);
    Intake.Admitted admitted = intake.admit(checked, this::stream, false);
    if (admitted.waiter() != null) {
      throw new AssertionError("no room");
    }
    return admitted.checked();
  }

  private StreamPipeline stream(UserRecord record) {
    return Objects.requireNonNull(streams.knownOrNew(record.streamName()));
  }

  private void turn() {
    pipelines.runOnce(nowNanos);
  }

  private void answer() {
    for (Runnable reply; (reply = replies.poll()) != null; ) {
      reply.run();
    }
  }

  /** What happens while there is no memory. */
  private enum Move {
    /** Singles become aggregates by the first map. */
    SINGLES {
      @Override
      void prepare(OutOfMemoryRun run) {
        run.put();
        run.turn();
        run.answer();
      }
    },
    /** Aggregates straddle the shards of the next map, and are opened when they are due. */
    STRADDLERS {
      @Override
      void prepare(OutOfMemoryRun run) {
        run.haveAMap();
        run.put();
        run.turn();
        run.listing = HALVES;
        run.streams
            .byName()
            .values()
            .forEach(each -> each.listings().tracker().refresh(run.nowNanos));
        run.streams.byName().values().forEach(StreamPipeline::touch);
        run.turn();
        run.answer();
      }
    },
    /** Callers append, and seal what is full. */
    APPENDS {
      @Override
      void prepare(OutOfMemoryRun run) {
        run.haveAMap();
        run.futures.ensureCapacity(RECORDS);
        for (int i = 0; i < RECORDS; i++) {
          run.permits.add(run.admitted(i));
        }
      }

      @Override
      boolean withoutMemory(OutOfMemoryRun run) {
        boolean ranOut = false;
        for (int i = 0; i < RECORDS; i++) {
          try {
            run.futures.add(run.intake.append(run.permits.get(i), run.nowNanos));
          } catch (OutOfMemoryError full) {
            // The caller is told, and its permit is back; what was accepted is not touched.
            ranOut = true;
          }
        }
        return ranOut;
      }
    },
    /** Callers ask for permits and append. */
    PUTS {
      @Override
      void prepare(OutOfMemoryRun run) {
        run.haveAMap();
        run.check();
      }

      @Override
      boolean withoutMemory(OutOfMemoryRun run) {
        for (int i = 0; i < RECORDS; i++) {
          try {
            Intake.Tried tried = run.intake.tryAdmit(run.permits.get(i), run::stream, false);
            run.futures.add(run.intake.append(tried.checked(), run.nowNanos));
          } catch (OutOfMemoryError full) {
            // Once is enough: each costs a collection of the whole heap.
            return true;
          }
        }
        return false;
      }

      @Override
      int stepBytes(int usual) {
        return usual / 3;
      }
    },
    /** Callers stand in line for permits; then there is room. */
    WAITS {
      @Override
      void prepare(OutOfMemoryRun run) {
        run.haveAMap();
        run.check();
        run.fillBudget();
      }

      @Override
      boolean withoutMemory(OutOfMemoryRun run) {
        boolean ranOut = false;
        for (int i = 0; i < RECORDS && !ranOut; i++) {
          try {
            run.waiting.add(run.intake.admit(run.permits.get(i), run::stream, false));
          } catch (OutOfMemoryError full) {
            ranOut = true;
          }
        }
        try {
          run.makeRoom();
        } catch (OutOfMemoryError full) {
          ranOut = true;
        }
        return ranOut;
      }

      @Override
      void afterwards(OutOfMemoryRun run) {
        Waiters.wake(run.budget.serve());
        for (Intake.Admitted admitted : run.waiting) {
          run.futures.add(run.intake.append(admitted.checked(), run.nowNanos));
        }
      }
    },
    /** Records wait in the room of the asynchronous policy; then there is room for them. */
    WAITING_ROOM {
      @Override
      void prepare(OutOfMemoryRun run) {
        run.haveAMap();
        run.check();
        run.fillBudget();
        run.enter(0, RECORDS / 2);
        run.turn();
      }

      @Override
      boolean withoutMemory(OutOfMemoryRun run) {
        boolean ranOut = false;
        try {
          run.enter(RECORDS / 2, RECORDS);
          run.makeRoom();
        } catch (OutOfMemoryError full) {
          // The caller is told; room is made again afterwards.
          ranOut = true;
        }
        run.turn();
        return ranOut || run.pipelines.failure() != null;
      }

      @Override
      void afterwards(OutOfMemoryRun run) {
        if (run.budget.heldBytes() >= run.budget.maxBytes()) {
          run.makeRoom();
        }
      }

      @Override
      int stepBytes(int usual) {
        return usual / 2;
      }
    },
    /** Futures of records that were given up are completed, and read back for that. */
    FAILURES {
      @Override
      void prepare(OutOfMemoryRun run) {
        run.haveAMap();
        run.put();
        run.pipelines.giveUp();
      }

      @Override
      boolean withoutMemory(OutOfMemoryRun run) {
        return run.deliverWithoutMemory();
      }

      @Override
      int stepBytes(int usual) {
        return 2 * usual;
      }
    },
    /** Flushes begin, one after the other, and are read. */
    FLUSHES {
      @Override
      void prepare(OutOfMemoryRun run) {
        run.haveAMap();
        run.put();
      }

      @Override
      boolean withoutMemory(OutOfMemoryRun run) {
        boolean ranOut = false;
        for (int i = 0; i < FLUSHES_BEGUN; i++) {
          try {
            run.flushed.add(run.flushes.begin());
          } catch (OutOfMemoryError full) {
            // The caller is told.
            ranOut = true;
          }
          run.turn();
        }
        return ranOut || run.pipelines.failure() != null;
      }

      @Override
      int stepBytes(int usual) {
        return usual / 4;
      }

      @Override
      void afterwards(OutOfMemoryRun run) {
        run.flushed.add(run.flushes.begin());
      }
    },
    /** Futures of stored records are completed. */
    RESULTS {
      @Override
      void prepare(OutOfMemoryRun run) {
        run.haveAMap();
        run.put();
        run.nowNanos += run.settings.lingerNanos;
        run.turn();
        run.answer();
        run.turn();
      }

      @Override
      boolean withoutMemory(OutOfMemoryRun run) {
        return run.deliverWithoutMemory();
      }

      @Override
      int stepBytes(int usual) {
        return FINE_STEP_BYTES;
      }
    };

    int stepBytes(int usual) {
      return usual;
    }

    /** What callers do when there is memory again. */
    void afterwards(OutOfMemoryRun run) {}

    abstract void prepare(OutOfMemoryRun run);

    /** Whether the memory ran out. */
    boolean withoutMemory(OutOfMemoryRun run) {
      run.turn();
      run.nowNanos += run.settings.lingerNanos;
      run.turn();
      return run.pipelines.failure() != null;
    }
  }

  private void check() {
    futures.ensureCapacity(RECORDS);
    for (int i = 0; i < RECORDS; i++) {
      permits.add(intake.check(UserRecord.of("s", "key-" + i, new byte[20]), this::stream));
    }
  }

  private void enter(int from, int to) {
    for (CheckedRecord checked : permits.subList(from, to)) {
      futures.add(Objects.requireNonNull(room.enter(checked, this::stream, false, nowNanos)));
    }
  }

  private void fillBudget() {
    if (!budget.tryAcquire(filler, budget.maxBytes(), false)) {
      throw new AssertionError("the budget is not empty");
    }
  }

  private void makeRoom() {
    Waiters.wake(budget.release(filler, budget.maxBytes(), 1));
  }

  /** Whether the memory ran out. */
  private boolean deliverWithoutMemory() {
    for (Runnable task; (task = completions.poll()) != null; ) {
      try {
        task.run();
      } catch (OutOfMemoryError full) {
        // As a thread of the executor would die of it.
      }
    }
    return publisher.stranded();
  }

  private static boolean diedOfIt(CompletableFuture<RecordResult> future) {
    return future.isDone()
        && future.handle((result, failure) -> failure instanceof OutOfMemoryError).join();
  }

  private void haveAMap() {
    stream(UserRecord.of("s", "key", new byte[0]));
    turn();
    answer();
    turn();
  }

  /** Whether the memory ran out. */
  private boolean play(int freeBytes, Move move) {
    move.prepare(this);
    fill(freeBytes);
    boolean ranOut;
    try {
      ranOut = move.withoutMemory(this);
    } finally {
      release();
    }
    ranOut |= futures.stream().anyMatch(OutOfMemoryRun::diedOfIt);
    move.afterwards(this);
    for (int i = 0; i < 50 && !over(); i++) {
      answer();
      nowNanos += 100 * MILLI;
      turn();
      for (Runnable task; (task = completions.poll()) != null; ) {
        task.run();
      }
    }
    check(freeBytes, move);
    return ranOut;
  }

  private boolean over() {
    return room.size() == 0 && budget.outstandingRecords() == 0 && flushes.isEmpty();
  }

  private void check(int freeBytes, Move move) {
    long open =
        Stream.concat(futures.stream(), flushed.stream())
            .filter(future -> !future.isDone())
            .count();
    if (open > 0 || budget.heldRecords() != 0 || budget.heldBytes() != 0) {
      throw new AssertionError(
          "with "
              + freeBytes
              + " bytes left, "
              + move
              + ": "
              + open
              + " futures open, "
              + budget.heldRecords()
              + " permits held, "
              + budget.outstandingRecords()
              + " outstanding; failure "
              + pipelines.failure());
    }
  }

  private static void fill(int freeBytes) {
    int count = 0;
    for (int size = 1 << 20; size >= LEAST_BLOCK_BYTES; ) {
      try {
        BALLAST[count] = new byte[size];
        count++;
      } catch (OutOfMemoryError full) {
        size /= 32;
      }
    }
    // The last ones are the least.
    for (long freed = 0; freed < freeBytes && count > 0; ) {
      count--;
      freed += BALLAST[count].length + 16L;
      BALLAST[count] = null;
    }
  }

  private static void release() {
    for (int i = 0; i < BALLAST.length && BALLAST[i] != null; i++) {
      BALLAST[i] = null;
    }
  }

  /**
   * Runs each move with more and more memory, until it did not run out for a while.
   *
   * @param args the step in bytes, and the moves to run; all if none is named
   */
  public static void main(String[] args) {
    int step = Integer.parseInt(args[0]);
    List<Move> moves =
        args.length == 1
            ? List.of(Move.values())
            : Stream.of(args).skip(1).map(Move::valueOf).toList();
    for (Move move : moves) {
      // Classes are loaded, and what is made once is made.
      new OutOfMemoryRun().play(2 << 20, move);
      int ranOut = 0;
      int rounds = 0;
      for (int enough = 0; enough < 3; rounds++) {
        boolean failed = new OutOfMemoryRun().play(rounds * move.stepBytes(step), move);
        ranOut += failed ? 1 : 0;
        enough = failed ? 0 : enough + 1;
      }
      System.out.println(move + ": " + ranOut + " of " + rounds + " ran out");
    }
  }
}
