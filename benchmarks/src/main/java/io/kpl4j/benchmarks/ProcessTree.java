// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * CPU time and memory of a process and all that it has started, from Linux's {@code /proc}. The
 * threads of the JIT compiler are told apart by their names. Immutable.
 */
public final class ProcessTree {

  private static final long NANOS_PER_TICK = TimeUnit.SECONDS.toNanos(1) / 100;
  private static final long PAGE_BYTES = 4 << 10;

  /** Fields of a {@code stat} file, counted from behind the name. */
  private static final int USER_TIME = 11;

  private static final int SYSTEM_TIME = 12;

  private final long pid;

  private ProcessTree(long pid) {
    this.pid = pid;
  }

  /**
   * {@return a process, with what it starts}
   *
   * @param pid its id
   */
  public static ProcessTree of(long pid) {
    return new ProcessTree(pid);
  }

  /** {@return this process} */
  public static ProcessTree ofThis() {
    return of(ProcessHandle.current().pid());
  }

  /**
   * CPU used since the start of a process.
   *
   * @param threads nanoseconds by thread
   * @param compilers which of them are the JIT compiler's
   * @param ticksNanos of all threads, ended ones too; in steps of 10 ms for each process
   */
  public record Cpu(Map<Long, Long> threads, Map<Long, Long> compilers, long ticksNanos) {

    /**
     * {@return of all threads since then, the compiler's too}
     *
     * @param before what was used then
     */
    public long totalNanosSince(Cpu before) {
      long exact = since(before.threads, threads);
      long coarse = ticksNanos - before.ticksNanos;
      // A thread that has ended took its exact time with it.
      return coarse - exact > 2 * NANOS_PER_TICK ? coarse : exact;
    }

    /**
     * {@return of the JIT compiler since then}
     *
     * @param before what was used then
     */
    public long compilerNanosSince(Cpu before) {
      return since(before.compilers, compilers);
    }

    private static long since(Map<Long, Long> before, Map<Long, Long> after) {
      long nanos = 0;
      for (Map.Entry<Long, Long> each : after.entrySet()) {
        nanos += Math.max(0, each.getValue() - before.getOrDefault(each.getKey(), 0L));
      }
      return nanos;
    }
  }

  /** {@return what it has used so far} */
  public Cpu cpu() {
    Map<Long, Long> threads = new HashMap<>();
    Map<Long, Long> compilers = new HashMap<>();
    long ticks = 0;
    for (long each : pids()) {
      Path process = Path.of("/proc", Long.toString(each));
      ticks += ticksNanos(process.resolve("stat"));
      try (DirectoryStream<Path> tasks = Files.newDirectoryStream(process.resolve("task"))) {
        for (Path task : tasks) {
          long id = Long.parseLong(task.getFileName().toString());
          long nanos = nanos(task);
          threads.put(id, nanos);
          if (isCompiler(read(task.resolve("comm")))) {
            compilers.put(id, nanos);
          }
        }
      } catch (IOException gone) {
        // So has its CPU time.
      }
    }
    return new Cpu(threads, compilers, ticks);
  }

  /** As HotSpot names them, cut to 15 characters by Linux. */
  private static boolean isCompiler(String name) {
    return name.startsWith("C1 Compiler") || name.startsWith("C2 Compiler");
  }

  private static long nanos(Path task) {
    String schedule = read(task.resolve("schedstat"));
    int end = schedule.indexOf(' ');
    return end > 0 ? Long.parseLong(schedule.substring(0, end)) : ticksNanos(task.resolve("stat"));
  }

  private static long ticksNanos(Path stat) {
    String text = read(stat);
    int name = text.lastIndexOf(')');
    if (name < 0) {
      return 0;
    }
    List<String> fields = List.of(text.substring(name + 2).split(" ", -1));
    long ticks = Long.parseLong(fields.get(USER_TIME)) + Long.parseLong(fields.get(SYSTEM_TIME));
    return ticks * NANOS_PER_TICK;
  }

  /** {@return bytes of memory that are in use, by the process alone} */
  public long ownResidentBytes() {
    return residentBytes(pid);
  }

  /** {@return bytes of memory that are in use by what the process has started} */
  public long childrenResidentBytes() {
    return pids().stream().filter(each -> each != pid).mapToLong(ProcessTree::residentBytes).sum();
  }

  private static long residentBytes(long pid) {
    String[] pages = read(Path.of("/proc", Long.toString(pid), "statm")).split(" ", -1);
    return pages.length > 1 ? Long.parseLong(pages[1]) * PAGE_BYTES : 0;
  }

  private List<Long> pids() {
    return ProcessHandle.of(pid)
        .map(top -> Stream.concat(Stream.of(top), top.descendants()))
        .orElseGet(Stream::of)
        .map(ProcessHandle::pid)
        .toList();
  }

  /** Empty if it has ended. */
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), UTF_8).strip();
    } catch (IOException gone) {
      return "";
    }
  }
}
