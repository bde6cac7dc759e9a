// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kpl4j.KinesisProducer;
import io.kpl4j.MetricsLevel;
import io.kpl4j.RecordResult;
import io.kpl4j.internal.send.ScriptedServer.Reply;
import io.kpl4j.internal.send.ScriptedServer.Request;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** Credentials that expire and a clock that is wrong, over the wire. */
final class SessionTest {

  private static final int RECORDS = 20;
  private static final DateTimeFormatter AMZ_DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static boolean isPut(Request request) {
    return request.header("X-Amz-Target").endsWith(".PutRecords");
  }

  /** No map: each record goes alone, under its own key. */
  private static Function<Request, Reply> puts(Function<Request, Reply> script) {
    return request ->
        isPut(request)
            ? script.apply(request)
            : Wire.error(400, "AccessDeniedException", "may not list");
  }

  private static Reply stored(Request request) {
    JsonNode records = Wire.body(request).get("Records");
    return Wire.stored(records.size());
  }

  private static List<RecordResult> resultsOf(URI endpoint, AwsCredentialsProvider credentials)
      throws Exception {
    try (KinesisProducer producer =
        KinesisProducer.builder()
            .config(
                Connections.config(endpoint)
                    .metricsLevel(MetricsLevel.NONE)
                    .recordTtl(Duration.ofMinutes(2))
                    .build())
            .credentialsProvider(credentials)
            .build()) {
      List<CompletableFuture<RecordResult>> futures = new ArrayList<>();
      for (int i = 0; i < RECORDS; i++) {
        futures.add(producer.put("clicks", "user-" + i, ("event " + i).getBytes(UTF_8)));
      }
      List<RecordResult> results = new ArrayList<>();
      for (CompletableFuture<RecordResult> future : futures) {
        results.add(future.get(60, TimeUnit.SECONDS));
      }
      return results;
    }
  }

  private static void assertNothingCounted(List<RecordResult> results) {
    assertThat(results)
        .hasSize(RECORDS)
        .allMatch(result -> result.attemptCount() == 1)
        .noneMatch(RecordResult::mayBeDuplicated);
  }

  @Test
  void session_expiresAndComesBack_losesNothingAndCountsNoAttempt() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    // The old session lasts for some calls more than it should.
    AwsCredentialsProvider session =
        () ->
            AwsSessionCredentials.create(
                "key", "secret", asked.incrementAndGet() < 5 ? "old" : "new");
    Function<Request, Reply> script =
        puts(
            request -> {
              if (request.header("X-Amz-Security-Token").equals("new")) {
                return stored(request);
              }
              refused.incrementAndGet();
              return Wire.error(400, "ExpiredTokenException", "the session is over");
            });
    try (ScriptedServer server = ScriptedServer.plain(script)) {
      assertNothingCounted(resultsOf(server.uri(), session));
      assertThat(refused).hasPositiveValue();
    }
  }

  @Test
  void credentials_thatCannotBeHadForAWhile_loseNothingAndCountNoAttempt() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    AwsCredentialsProvider session =
        () -> {
          if (asked.incrementAndGet() < 5) {
            throw new IllegalStateException("the vault is sealed");
          }
          return AwsSessionCredentials.create("key", "secret", "new");
        };
    try (ScriptedServer server = ScriptedServer.plain(puts(SessionTest::stored))) {
      assertNothingCounted(resultsOf(server.uri(), session));
      assertThat(asked).hasValueGreaterThanOrEqualTo(5);
    }
  }

  @Test
  void clock_thatIsWrong_isSetByTheServicesOwn_andCountsNoAttempt() throws Exception {
    Duration ahead = Duration.ofMinutes(20);
    AtomicInteger refused = new AtomicInteger();
    Function<Request, Reply> script =
        puts(
            request -> {
              Instant signed = AMZ_DATE.parse(request.header("X-Amz-Date"), Instant::from);
              Duration off = Duration.between(signed, Instant.now().plus(ahead)).abs();
              if (off.compareTo(Duration.ofMinutes(5)) < 0) {
                return stored(request);
              }
              refused.incrementAndGet();
              return Wire.error(403, "RequestTimeTooSkewed", "look at your watch");
            });
    try (ScriptedServer server = ScriptedServer.plain(script)) {
      server.clockIsAhead(ahead);
      assertNothingCounted(resultsOf(server.uri(), Connections.CREDENTIALS));
      assertThat(refused).hasPositiveValue();
    }
  }
}
