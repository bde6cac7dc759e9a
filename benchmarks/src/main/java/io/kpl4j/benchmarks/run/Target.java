// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.benchmarks.run;

/** A producer under load. Thread-safe. */
public interface Target extends AutoCloseable {

  /**
   * Puts a record.
   *
   * @param stream the stream
   * @param key the partition key
   * @param data the data; nobody writes to it
   * @param ack told once, when the record is stored or given up
   */
  void put(String stream, String key, byte[] data, Ack ack);

  /** Sends what is buffered; does not wait. */
  void flush();

  /** Ends it, with its threads and processes. */
  @Override
  void close();
}
