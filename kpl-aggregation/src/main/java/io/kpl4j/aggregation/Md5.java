// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * MD5, which Kinesis uses to place partition keys and the format as its check sum. Confined to its
 * thread: one each, because looking one up costs as much as hashing a key.
 */
final class Md5 {

  static final int SIZE_BYTES = 16;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final ThreadLocal<Md5> OF_THREAD = ThreadLocal.withInitial(Md5::new);

  private final MessageDigest digest;
  private final byte[] result = new byte[SIZE_BYTES];

  private Md5() {
    try {
      digest = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM offers no MD5, which Kinesis needs", e);
    }
  }

  static Md5 ofThread() {
    return OF_THREAD.get();
  }

  HashKey hashKey(byte[] bytes) {
    compute(bytes, 0, bytes.length);
    return HashKey.of((long) LONGS.get(result, 0), (long) LONGS.get(result, 8));
  }

  /** Writes the MD5 of a part of the array into the array, right behind that part. */
  void append(byte[] array, int offset, int length) {
    compute(array, offset, length);
    System.arraycopy(result, 0, array, offset + length, SIZE_BYTES);
  }

  /** Whether a part of the array is followed by its MD5. */
  boolean follows(byte[] array, int offset, int length) {
    compute(array, offset, length);
    int end = offset + length;
    return Arrays.equals(result, 0, SIZE_BYTES, array, end, end + SIZE_BYTES);
  }

  private void compute(byte[] bytes, int offset, int length) {
    boolean done = false;
    try {
      digest.update(bytes, offset, length);
      digest.digest(result, 0, SIZE_BYTES);
      done = true;
    } catch (DigestException e) {
      throw new IllegalStateException("this JVM's MD5 is not 16 bytes long", e);
    } finally {
      if (!done) {
        // It must not leak into the next use.
        digest.reset();
      }
    }
  }
}
