// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.operation;

import io.kpl4j.testkit.internal.stream.KinesisStream;
import io.kpl4j.testkit.internal.stream.Refusal;
import io.kpl4j.testkit.internal.stream.ShardFilter;
import io.kpl4j.testkit.internal.stream.ShardView;
import io.kpl4j.testkit.internal.stream.StreamRegistry;
import io.kpl4j.testkit.internal.wire.Fields;
import io.kpl4j.testkit.internal.wire.ReplyWriter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists shards in pages; a page's token carries name and filter, as no other field may. */
final class ListShards implements Operation {

  private static final int MAX_PAGE = 10_000;
  private static final int DEFAULT_PAGE = 1_000;
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(5);

  private final StreamRegistry streams;

  ListShards(StreamRegistry streams) {
    this.streams = streams;
  }

  /** What a listing asks for, beyond the size of its page. */
  private record Query(KinesisStream stream, ShardFilter filter, @Nullable String after) {}

  @Override
  public void answer(Call call, ReplyWriter reply) throws IOException {
    Fields request = call.fields();
    int limit = Bounds.number(request, "MaxResults", DEFAULT_PAGE, MAX_PAGE);
    String token = request.text("NextToken");
    Query query = token == null ? fromRequest(request) : fromToken(request, token);
    List<ShardView> all = query.stream().shards();
    Instant now = streams.settings().clock().instant();
    List<ShardView> rest =
        query.filter().apply(all, query.stream().createdAt(), now).stream()
            .filter(s -> query.after() == null || s.shardId().compareTo(query.after()) > 0)
            .toList();
    List<ShardView> page = rest.subList(0, Math.min(limit, rest.size()));
    if (rest.size() > page.size()) {
      reply.text("NextToken", tokenAfter(query, page.get(page.size() - 1)));
    }
    ShardJson.writeList(page, "Shards", reply);
  }

  private Query fromRequest(Fields request) {
    KinesisStream stream = StreamTarget.of(streams, request);
    Instant creation = request.timestamp("StreamCreationTimestamp");
    if (creation != null && creation.getEpochSecond() != stream.createdAt().getEpochSecond()) {
      throw Refusal.notFound(
          "Stream " + stream.name() + " was not created at StreamCreationTimestamp.");
    }
    Fields filter = request.object("ShardFilter");
    ShardFilter parsed =
        request.has("ShardFilter")
            ? ShardFilter.of(
                filter.requiredText("Type"), filter.text("ShardId"), filter.timestamp("Timestamp"))
            : ShardFilter.NONE;
    return new Query(stream, parsed, request.text("ExclusiveStartShardId"));
  }

  private Query fromToken(Fields request, String text) {
    for (String field :
        List.of("StreamName", "StreamCreationTimestamp", "ExclusiveStartShardId", "ShardFilter")) {
      if (request.has(field)) {
        throw Refusal.invalidArgument("NextToken and " + field + " cannot be provided together.");
      }
    }
    Token token = Token.read(text);
    if (token == null || token.parts().size() != 6) {
      throw Refusal.invalidArgument("NextToken is invalid.");
    }
    Instant now = streams.settings().clock().instant();
    if (Instant.ofEpochMilli(token.number(1)).plus(TOKEN_LIFE).isBefore(now)) {
      throw new Refusal(400, "ExpiredNextTokenException", "NextToken has expired.");
    }
    String shardId = token.text(4);
    String moment = token.text(5);
    ShardFilter filter =
        token.text(3).isEmpty()
            ? ShardFilter.NONE
            : ShardFilter.of(
                token.text(3),
                shardId.isEmpty() ? null : shardId,
                moment.isEmpty() ? null : Instant.parse(moment));
    return new Query(streams.get(token.text(0)), filter, token.text(2));
  }

  private String tokenAfter(Query query, ShardView last) {
    ShardFilter filter = query.filter();
    return Token.of(
            query.stream().name(),
            Long.toString(streams.settings().clock().millis()),
            last.shardId(),
            filter.equals(ShardFilter.NONE) ? "" : filter.type().name(),
            filter.shardId() == null ? "" : filter.shardId(),
            filter.moment() == null ? "" : filter.moment().toString())
        .write();
  }
}
