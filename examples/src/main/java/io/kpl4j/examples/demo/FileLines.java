// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import io.kpl4j.KinesisProducerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a file or of standard input, as bytes in whatever encoding, without the line ends.
 * The partition key is one of 4,096, by the line's hash: lines spread evenly over the shards, and
 * equal lines go to the same one.
 */
final class FileLines implements LineSource {

  private static final int KEYS = 4_096;
  private static final String KEY_PREFIX = "line-";
  private static final int BLOCK_BYTES = 1 << 16;

  private final String name;
  private final InputStream input;
  private final long sizeBytes;
  private final int maxLineBytes;
  private final byte[] block = new byte[BLOCK_BYTES];
  private int blockAt;
  private int blockEnd;
  private byte[] line = new byte[BLOCK_BYTES];
  private long lineNumber;
  private final AtomicLong readBytes = new AtomicLong();

  /**
   * Reads a stream.
   *
   * @param name what it is, for people
   * @param input closed with these lines
   * @param sizeBytes how long it is, or 0 if nobody knows
   * @param maxLineBytes the longest line that can be sent
   */
  FileLines(String name, InputStream input, long sizeBytes, int maxLineBytes) {
    this.name = name;
    this.input = input;
    this.sizeBytes = sizeBytes;
    this.maxLineBytes = maxLineBytes;
  }

  /**
   * Opens a file.
   *
   * @throws DemoException if it cannot be read
   */
  static FileLines open(Path file, int maxLineBytes) {
    try {
      if (Files.isDirectory(file)) {
        throw unreadable(file, "it is a directory; name a file in it", null);
      }
      long size = Files.isRegularFile(file) ? Files.size(file) : 0;
      return new FileLines(file.toString(), Files.newInputStream(file), size, maxLineBytes);
    } catch (NoSuchFileException e) {
      throw unreadable(file, "there is no such file", e);
    } catch (AccessDeniedException e) {
      throw unreadable(file, "you have no permission to read it", e);
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static DemoException unreadable(Path file, String why, @Nullable IOException cause) {
    return DemoException.wrongUsage("cannot read " + file + ": " + why, cause);
  }

  /** The longest line that fits a record beside its key. */
  static int maxLineBytes(KinesisProducerConfig config) {
    long besideKey = config.maxKinesisRecordSize() - (KEY_PREFIX + (KEYS - 1)).length();
    return (int) Math.min(config.maxUserRecordSize(), besideKey);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public @Nullable Line next() {
    try {
      int length = readLine();
      return length < 0 ? null : line(Arrays.copyOf(line, length));
    } catch (IOException e) {
      throw DemoException.failed(
          name + ", after line " + lineNumber + ": cannot read on: " + e.getMessage(), e);
    }
  }

  private static Line line(byte[] data) {
    return new Line(KEY_PREFIX + (LineHash.of(data) & (KEYS - 1)), data);
  }

  /** Fills {@link #line}; answers its length, or -1 at the end. */
  private int readLine() throws IOException {
    int length = 0;
    while (blockAt < blockEnd || fill()) {
      int end = blockAt;
      while (end < blockEnd && block[end] != '\n') {
        end++;
      }
      length = append(length, end);
      boolean complete = end < blockEnd;
      blockAt = complete ? end + 1 : end;
      if (complete) {
        return finished(length);
      }
    }
    return length == 0 ? -1 : finished(length);
  }

  private int append(int length, int end) {
    int added = end - blockAt;
    // One byte more: a carriage return at the end does not count.
    if (length + added > maxLineBytes + 1) {
      throw tooLong();
    }
    if (length + added > line.length) {
      line = Arrays.copyOf(line, Math.max(length + added, 2 * line.length));
    }
    System.arraycopy(block, blockAt, line, length, added);
    return length + added;
  }

  private int finished(int length) {
    int content = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    if (content > maxLineBytes) {
      throw tooLong();
    }
    lineNumber++;
    return content;
  }

  private DemoException tooLong() {
    return DemoException.wrongUsage(
        String.format(
            Locale.ROOT,
            "%s, line %,d: longer than %,d bytes, the most that fits a record beside its key.%n"
                + "Split the line, or leave it out.",
            name,
            lineNumber + 1,
            maxLineBytes));
  }

  private boolean fill() throws IOException {
    int count = input.read(block);
    blockAt = 0;
    blockEnd = Math.max(0, count);
    readBytes.addAndGet(blockEnd);
    return count > 0;
  }

  @Override
  public double share() {
    return sizeBytes == 0 ? Double.NaN : Math.min(1, (double) readBytes.get() / sizeBytes);
  }

  @Override
  public void close() {
    try {
      input.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
