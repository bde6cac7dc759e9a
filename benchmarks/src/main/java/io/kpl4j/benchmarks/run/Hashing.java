// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.lang.management.ManagementFactory;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Measures what hashing must cost on this machine, in CPU time of the thread that asks. Stateless.
 */
final class Hashing {

  /** Of what limits.md calls an aggregate; the default of AggregationMaxSize. */
  private static final int AGGREGATE_BYTES = 50 << 10;

  /** Of about what a call carries. */
  private static final int CALL_BYTES = 1 << 20;

  private static final int KEYS = 1 << 10;
  private static final int KEY_CHARS = 32;
  private static final int WINDOWS = 9;
  private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long WARM_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(1_000);

  private Hashing() {}

  /** Of a partition key of 32 characters. */
  static double keyNanos() {
    byte[][] keys = new byte[KEYS][];
    for (int i = 0; i < KEYS; i++) {
      keys[i] = String.format("%0" + KEY_CHARS + "d", i).getBytes(ISO_8859_1);
    }
    MessageDigest md5 = digest("MD5");
    byte[] hash = new byte[md5.getDigestLength()];
    return median(
            () -> {
              for (byte[] key : keys) {
                md5.update(key);
                finish(md5, hash);
              }
            })
        / KEYS;
  }

  /** MD5 over an aggregate. */
  static double md5NanosPerByte() {
    return nanosPerByte("MD5", AGGREGATE_BYTES);
  }

  /** SHA-256 over the body of a call. */
  static double sha256NanosPerByte() {
    return nanosPerByte("SHA-256", CALL_BYTES);
  }

  private static double nanosPerByte(String algorithm, int bytes) {
    MessageDigest digest = digest(algorithm);
    byte[] data = new byte[bytes];
    byte[] hash = new byte[digest.getDigestLength()];
    return median(
            () -> {
              digest.update(data);
              finish(digest, hash);
            })
        / bytes;
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  private static void finish(MessageDigest digest, byte[] hash) {
    try {
      digest.digest(hash, 0, hash.length);
    } catch (DigestException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double median(Runnable work) {
    window(work, WARM_UP_NANOS);
    double[] nanos = new double[WINDOWS];
    for (int i = 0; i < WINDOWS; i++) {
      nanos[i] = window(work, WINDOW_NANOS);
    }
    Arrays.sort(nanos);
    return nanos[WINDOWS / 2];
  }

  private static double window(Runnable work, long nanos) {
    long start = cpuNanos();
    long end;
    int times = 0;
    do {
      work.run();
      times++;
      end = cpuNanos();
    } while (end - start < nanos);
    return (double) (end - start) / times;
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
