// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.faults;

import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.FaultyCalls;
import io.kpl4j.testkit.FaultyConnections;
import io.kpl4j.testkit.KinesisTestServer;
import io.kpl4j.testkit.ShardDescription;
import io.kpl4j.testkit.UserRecords;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The endpoint of one cell, with its faults, and all that was stored there. The changes of the
 * stream are made on the endpoint's one thread; everything else is confined to the cell's.
 */
final class FaultScene implements AutoCloseable {

  static final String STREAM = "clicks";

  private static final int SHARDS = 4;
  private static final String PUT_RECORDS = "PutRecords";

  /** How many calls find the stream deleted before it is made anew. */
  private static final int CALLS_WITHOUT_STREAM = 3;

  private final FaultCell cell;
  private final SplittableRandom random;
  private final KinesisTestServer server;
  private final List<BooleanSupplier> met = new ArrayList<>();

  /** Those of one call after the other that may strike nothing. */
  private final List<ByChance> byChance = new ArrayList<>();

  /** Done one after the other at each call that no fault strikes. */
  private final List<Runnable> changes = new ArrayList<>();

  /** The last call that is struck, of those from the first fault on. */
  private long lastStruck;

  /** What consumers were given of a stream before it was deleted. */
  private final List<UserRecords> deleted = new ArrayList<>();

  private final AtomicBoolean gone = new AtomicBoolean();

  FaultScene(FaultCell cell) {
    this.cell = cell;
    this.random = new SplittableRandom(cell.seed());
    KinesisTestServer.Builder builder =
        KinesisTestServer.builder().tls(cell.tls()).stream(STREAM, SHARDS);
    if (cell.kinds().contains(FaultKind.LATENCY)) {
      builder.latency(Duration.ZERO, Duration.ofMillis(80));
    }
    this.server = builder.start();
    cell.kinds().stream()
        .sorted(Comparator.comparing(FaultKind::changesTheStream))
        .forEach(kind -> kind.arm(this));
    armChanges();
  }

  /** One fault for all, and the last: of two at the same call only the first acts. */
  private void armChanges() {
    server.faults().add(Fault.on(PUT_RECORDS).always().run(() -> changes.forEach(Runnable::run)));
  }

  FaultCell cell() {
    return cell;
  }

  SplittableRandom random() {
    return random;
  }

  KinesisTestServer server() {
    return server;
  }

  /**
   * Whether every fault has struck: a call, a connection or an entry at least. One by chance that
   * has struck none is armed anew once all others are over.
   */
  synchronized boolean allMet() {
    if (!met.stream().allMatch(BooleanSupplier::getAsBoolean)) {
      return false;
    }
    List<ByChance> missed = byChance.stream().filter(fault -> !fault.hasStruck(server)).toList();
    if (!missed.isEmpty() && !cell.lasting() && server.calls(PUT_RECORDS) >= lastStruck) {
      server.faults().clear();
      missed.forEach(fault -> armNow(fault.fault));
      armChanges();
    }
    return missed.isEmpty();
  }

  private void armNow(Function<FaultyCalls, Fault> fault) {
    int times = random.nextInt(1, 4);
    lastStruck = Math.max(lastStruck, server.calls(PUT_RECORDS) + times);
    server.faults().add(fault.apply(Fault.on(PUT_RECORDS).times(times).seed(random.nextLong())));
  }

  /** A fault that strikes entries, each by chance; the code tells of those it has struck. */
  private record ByChance(String code, Function<FaultyCalls, Fault> fault) {

    boolean hasStruck(KinesisTestServer server) {
      return server.refusedEntries(code) > 0;
    }
  }

  /** Where two overlap, the one that is armed first acts; the last call is the other's. */
  void onCalls(Function<FaultyCalls, Fault> fault) {
    int times = random.nextInt(1, 4);
    long after = Math.max(random.nextInt(1, 5), lastStruck - times + 1);
    lastStruck = after + times;
    FaultyCalls calls = Fault.on(PUT_RECORDS).after(after).seed(random.nextLong());
    server.faults().add(fault.apply(cell.lasting() ? calls.always() : calls.times(times)));
    long last = cell.lasting() ? after + 1 : lastStruck;
    met.add(() -> server.calls(PUT_RECORDS) >= last);
  }

  /** Strikes entries of calls, each by chance. */
  void onEntries(String code, Function<FaultyCalls, Fault> fault) {
    onCalls(fault);
    byChance.add(new ByChance(code, fault));
  }

  /** Strikes the first connections, as those that follow are opened only if these fail. */
  void onConnections(Function<FaultyConnections, Fault> fault) {
    int times = random.nextInt(1, 4);
    FaultyConnections connections = Fault.onConnection();
    server
        .faults()
        .add(fault.apply(cell.lasting() ? connections.always() : connections.times(times)));
    met.add(() -> server.connections() >= 1);
  }

  void splitAShard() {
    onceThereIsAStream(() -> server.splitShard(STREAM, openShards().get(0)));
  }

  void mergeTwoShards() {
    onceThereIsAStream(
        () -> {
          List<String> open = openShards();
          server.mergeShards(STREAM, open.get(open.size() - 2), open.get(open.size() - 1));
        });
  }

  /** In the order of their ranges: neighbours stand side by side. */
  private List<String> openShards() {
    return server.shards(STREAM).stream()
        .filter(ShardDescription::isOpen)
        .sorted(Comparator.comparing(ShardDescription::startingHashKey))
        .map(ShardDescription::shardId)
        .toList();
  }

  private void onceThereIsAStream(Runnable change) {
    AtomicBoolean done = new AtomicBoolean();
    onEachCall(
        () -> {
          if (!done.get() && !gone.get()) {
            change.run();
            done.set(true);
          }
        });
    met.add(done::get);
  }

  /** Deletes the stream and, unless that lasts, makes it anew some calls later. */
  void deleteTheStream() {
    AtomicInteger calls = new AtomicInteger();
    onEachCall(
        () -> {
          int call = calls.getAndIncrement();
          if (call == 0) {
            deleted.add(server.userRecords(STREAM));
            server.deleteStream(STREAM);
            gone.set(true);
          } else if (call == CALLS_WITHOUT_STREAM && !cell.lasting()) {
            server.createStream(STREAM, SHARDS);
            gone.set(false);
          }
        });
    met.add(() -> calls.get() > (cell.lasting() ? 0 : CALLS_WITHOUT_STREAM));
  }

  private void onEachCall(Runnable action) {
    int after = random.nextInt(1, 5);
    AtomicInteger calls = new AtomicInteger();
    changes.add(
        () -> {
          if (calls.incrementAndGet() > after) {
            action.run();
          }
        });
  }

  /** All that consumers are given, of streams that were deleted since too. */
  List<UserRecords> stored() {
    List<UserRecords> stored = new ArrayList<>(deleted);
    if (!gone.get()) {
      stored.add(server.userRecords(STREAM));
    }
    return stored;
  }

  @Override
  public void close() {
    server.close();
  }
}
