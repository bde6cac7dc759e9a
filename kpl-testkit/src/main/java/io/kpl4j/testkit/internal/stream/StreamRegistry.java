// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.stream;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The streams of an endpoint by name. Thread-safe. */
public final class StreamRegistry {

  /** The account that the endpoint plays. */
  public static final String ACCOUNT = "000000000000";

  static final String ARN_PREFIX = "arn:aws:kinesis:us-east-1:" + ACCOUNT + ":stream/";

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{1,128}");
  private static final int MAX_SHARDS = 10_000;

  private final StreamSettings settings;

  @GuardedBy("this")
  private final NavigableMap<String, KinesisStream> streams = new TreeMap<>();

  /** An endpoint without streams. */
  public StreamRegistry(StreamSettings settings) {
    this.settings = settings;
  }

  /** What holds for all streams. */
  public StreamSettings settings() {
    return settings;
  }

  /** Creates a stream, which is active at once. */
  public synchronized KinesisStream create(String name, int shardCount, boolean onDemand) {
    checkName(name);
    if (shardCount < 1 || shardCount > MAX_SHARDS) {
      throw Refusal.validation(
          "Value '"
              + shardCount
              + "' at 'shardCount' failed to satisfy constraint: Member must be within 1 and "
              + MAX_SHARDS);
    }
    if (streams.containsKey(name)) {
      throw Refusal.inUse("Stream " + name + " under account " + ACCOUNT + " already exists.");
    }
    KinesisStream stream = new KinesisStream(name, shardCount, onDemand, settings);
    streams.put(name, stream);
    return stream;
  }

  /** Deletes a stream with all it holds. */
  public synchronized void delete(String name) {
    streams.remove(get(name).name());
  }

  /** The stream of this name. */
  public synchronized KinesisStream get(String name) {
    checkName(name);
    KinesisStream stream = streams.get(name);
    if (stream == null) {
      throw Refusal.notFound("Stream " + name + " under account " + ACCOUNT + " not found.");
    }
    return stream;
  }

  /** The stream of this ARN. */
  public KinesisStream byArn(String arn) {
    if (!arn.startsWith(ARN_PREFIX)) {
      throw Refusal.notFound("Stream " + arn + " under account " + ACCOUNT + " not found.");
    }
    return get(arn.substring(ARN_PREFIX.length()));
  }

  /** All streams in order of their names. */
  public synchronized List<KinesisStream> all() {
    return new ArrayList<>(streams.values());
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw Refusal.validation(
          "Value '"
              + name
              + "' at 'streamName' failed to satisfy constraint: Member must satisfy regular "
              + "expression pattern: [a-zA-Z0-9_.-]+ and have length within 1 and 128");
    }
  }
}
