// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.testkit.internal.fault.Delay;
import io.kpl4j.testkit.internal.operation.MetricLog;
import io.kpl4j.testkit.internal.operation.Services;
import io.kpl4j.testkit.internal.stream.LogEntry;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.stream.StreamSettings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One connection without a socket. */
final class CallHandlerTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private static final String STREAM = "s";

  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
  private final StreamRegistry streams =
      new StreamRegistry(new StreamSettings(true, false, false, InstantSource.system()));

  CallHandlerTest() {
    streams.create(STREAM, 1, false);
  }

  @Test
  void close_whileAReplyIsHeldBack_givesItsMemoryBack() {
    EmbeddedChannel connection = new EmbeddedChannel();
    connection.config().setAllocator(memory);
    connection.pipeline().addLast(new CallHandler(server(), outage -> {}));

    connection.writeInbound(listStreams());
    assertThat(usedBytes()).isPositive();
    var unused = connection.close();

    assertThat(usedBytes()).isZero();
  }

  @Test
  void put_replyHeldBackUntilTheConnectionIsGone_isNotAcknowledged() {
    EmbeddedChannel connection = new EmbeddedChannel();
    connection.pipeline().addLast(new CallHandler(server(), outage -> {}));

    connection.writeInbound(putRecord());
    // Not the channel's own close, which cancels what its event loop is to do later.
    var unused = connection.pipeline().close();
    sendWhatIsHeldBack(connection);

    assertThat(stored()).singleElement().matches(entry -> !entry.receipt().isGiven());
  }

  @Test
  void put_replyHeldBackForAWhile_isAcknowledgedOnceItHasLeft() {
    EmbeddedChannel connection = new EmbeddedChannel();
    connection.pipeline().addLast(new CallHandler(server(), outage -> {}));

    connection.writeInbound(putRecord());
    assertThat(stored()).singleElement().matches(entry -> !entry.receipt().isGiven());
    sendWhatIsHeldBack(connection);

    assertThat(stored()).singleElement().matches(entry -> entry.receipt().isGiven());
    connection.finishAndReleaseAll();
  }

  private static void sendWhatIsHeldBack(EmbeddedChannel connection) {
    assertThat(connection.runScheduledPendingTasks()).as("nanoseconds to wait").isPositive();
    connection.advanceTimeBy(HOUR.toSeconds(), TimeUnit.SECONDS);
    assertThat(connection.runScheduledPendingTasks()).as("nothing to wait for").isNegative();
  }

  private List<LogEntry> stored() {
    return streams.get(STREAM).records("shardId-000000000000");
  }

  private long usedBytes() {
    return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
  }

  private CallServer server() {
    Delay late = Delay.between(HOUR, HOUR, new SplittableRandom(1));
    return new CallServer(new Services(streams, new MetricLog()), operation -> null, late);
  }

  private static FullHttpRequest listStreams() {
    return request("ListStreams", "{}");
  }

  private static FullHttpRequest putRecord() {
    return request("PutRecord", "{\"StreamName\":\"s\",\"PartitionKey\":\"k\",\"Data\":\"dg==\"}");
  }

  private static FullHttpRequest request(String operation, String json) {
    ByteBuf body = Unpooled.copiedBuffer(json, UTF_8);
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/", body);
    request
        .headers()
        .set("X-Amz-Target", "Kinesis_20131202." + operation)
        .set("Content-Type", "application/x-amz-json-1.1")
        .set("Authorization", "AWS4-HMAC-SHA256 whatever")
        .set("Content-Length", body.readableBytes());
    return request;
  }
}
