// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kpl4j.testkit.internal.fault.Delay;
import io.kpl4j.testkit.internal.operation.MetricLog;
import io.kpl4j.testkit.internal.operation.Services;
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
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** One connection without a socket. */
final class CallHandlerTest {

  private static final Duration HOUR = Duration.ofHours(1);

  private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);

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

  private long usedBytes() {
    return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
  }

  private static CallServer server() {
    StreamRegistry streams =
        new StreamRegistry(new StreamSettings(true, false, false, InstantSource.system()));
    Delay late = Delay.between(HOUR, HOUR, new SplittableRandom(1));
    return new CallServer(new Services(streams, new MetricLog()), operation -> null, late);
  }

  private static FullHttpRequest listStreams() {
    ByteBuf body = Unpooled.copiedBuffer("{}", UTF_8);
    FullHttpRequest request =
        new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, "/", body);
    request
        .headers()
        .set("X-Amz-Target", "Kinesis_20131202.ListStreams")
        .set("Content-Type", "application/x-amz-json-1.1")
        .set("Authorization", "AWS4-HMAC-SHA256 whatever")
        .set("Content-Length", 2);
    return request;
  }
}
