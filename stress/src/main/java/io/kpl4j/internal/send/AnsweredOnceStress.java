// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.send;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.kpl4j.internal.batch.PutRecordsBatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** A call that fails on its worker while its reply comes is answered once. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "answered once")
@Outcome(expect = FORBIDDEN, desc = "answered twice, or never")
@State
public class AnsweredOnceStress {

  private static final RuntimeException FAULT = new IllegalStateException("after it was sent");
  private static final PutRecordsResponse REPLY = PutRecordsResponse.builder().build();

  private final CompletableFuture<PutRecordsResponse> reply = new CompletableFuture<>();
  private final AtomicInteger answers = new AtomicInteger();
  private final PutRecordsCall call =
      new PutRecordsCall(
          KinesisConnection.over(new Client(reply), Duration.ofSeconds(1)),
          PutRecordsBatch.of("stream", List.of()),
          answer -> answers.incrementAndGet());

  /** The call is made, and not answered yet. */
  public AnsweredOnceStress() {
    call.run();
  }

  /** A client whose calls are answered by the future given. */
  private record Client(CompletableFuture<PutRecordsResponse> reply) implements KinesisAsyncClient {
    @Override
    public CompletableFuture<PutRecordsResponse> putRecords(PutRecordsRequest request) {
      return reply;
    }

    @Override
    public String serviceName() {
      return "kinesis";
    }

    @Override
    public void close() {}
  }

  /** A thread of the client. */
  @Actor
  public void reply() {
    reply.complete(REPLY);
  }

  /** The worker. */
  @Actor
  public void fault() {
    call.fail(FAULT);
  }

  /** How many answers there were. */
  @Arbiter
  public void look(I_Result result) {
    result.r1 = answers.get();
  }
}
