// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Clicks of the visitors of a shop, made up, keyed by user; the same ones in every run. Some users
 * click much more than others, as everywhere.
 */
final class ClickStream implements LineSource {

  private static final int USERS = 20_000;
  private static final long SEED = 42;
  private static final long BEGAN_MILLIS = 1_767_225_600_000L;
  private static final List<String> PAGES =
      List.of("/", "/search", "/cart", "/checkout", "/product", "/reviews", "/account", "/help");
  private static final List<String> AGENTS =
      List.of(
          "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) Safari/604.1",
          "Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/138.0");

  private final int events;
  private final SplittableRandom random = new SplittableRandom(SEED);
  private long millis = BEGAN_MILLIS;
  private final AtomicInteger made = new AtomicInteger();

  ClickStream(int events) {
    this.events = events;
  }

  @Override
  public String name() {
    return String.format(Locale.ROOT, "a click stream of %,d events, keyed by user", events);
  }

  @Override
  public @Nullable Line next() {
    int number = made.get();
    if (number >= events) {
      return null;
    }
    // Squared: low numbers come more often.
    double draw = random.nextDouble();
    String user = "user-" + (int) (draw * draw * USERS);
    millis += random.nextInt(20);
    String page = PAGES.get(random.nextInt(PAGES.size()));
    String event =
        "{\"user\":\""
            + user
            + "\",\"event\":"
            + number
            + ",\"at\":"
            + millis
            + ",\"page\":\""
            + page
            + "\",\"product\":"
            + random.nextInt(100_000)
            + ",\"millis\":"
            + random.nextInt(5_000)
            + ",\"session\":\""
            + Long.toHexString(random.nextLong())
            + "\",\"agent\":\""
            + AGENTS.get(random.nextInt(AGENTS.size()))
            + "\"}";
    made.incrementAndGet();
    return new Line(user, event.getBytes(US_ASCII));
  }

  @Override
  public double share() {
    return (double) made.get() / events;
  }

  @Override
  public void close() {}
}
