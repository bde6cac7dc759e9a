// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import io.kpl4j.AdmissionPolicy;
import io.kpl4j.KeyOrder;
import io.kpl4j.KinesisProducer;
import io.kpl4j.KinesisProducerConfig;
import io.kpl4j.KinesisProducerConfigBuilder;
import io.kpl4j.MetricsGranularity;
import io.kpl4j.MetricsLevel;
import io.kpl4j.RecordFailedException;
import io.kpl4j.RecordResult;
import io.kpl4j.UserRecord;
import io.kpl4j.testkit.Fault;
import io.kpl4j.testkit.KinesisTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/**
 * A process in which all that can happen to records happens to some that hold {@link Marks}, and
 * that prints whatever the public API answers and throws.
 */
final class EventfulStory {

  /** The last line that it prints. */
  static final String THE_END = "the end";

  private static final String STREAM = "clicks";
  private static final String ORDERED = "ordered";

  private static final AwsCredentialsProvider CREDENTIALS =
      StaticCredentialsProvider.create(
          AwsSessionCredentials.create(Marks.ACCESS_KEY_ID, Marks.SECRET_KEY, Marks.SESSION_TOKEN));

  /** What the service says of fields that it does not like: it repeats their values. */
  static final String QUOTING_VALUES =
      "2 validation errors detected: Value '"
          + Marks.PARTITION_KEY
          + "' at 'records.1.member.partitionKey' failed to satisfy constraint: Member must have"
          + " length less than or equal to 256; Value '"
          + Marks.EXPLICIT_HASH_KEY
          + "' at 'records.1.member.explicitHashKey' failed to satisfy constraint: Member must"
          + " satisfy regular expression pattern: 0|([1-9]\\d{0,38})";

  /** What the service says of a signature that it does not accept: it repeats all headers. */
  static final String QUOTING_HEADERS =
      "The request signature we calculated does not match the signature you provided. Check your"
          + " AWS Secret Access Key and signing method.\n\nThe Canonical String for this request"
          + " should have been\n'POST\n/\n\nhost:localhost\nx-amz-security-token:"
          + Marks.SESSION_TOKEN
          + "\n\nhost;x-amz-security-token\n0123456789abcdef'\n\nThe String-to-Sign should have"
          + " been\n'AWS4-HMAC-SHA256\n20260101T000000Z\nscope\n0123456789abcdef'\n";

  private final KinesisTestServer server;

  private EventfulStory(KinesisTestServer server) {
    this.server = server;
  }

  /** Takes no arguments. */
  public static void main(String[] none) {
    try (KinesisTestServer server =
        KinesisTestServer.builder().stream(STREAM, 2).stream(ORDERED, 1).start()) {
      new EventfulStory(server).tell();
    }
    Told.say(THE_END);
  }

  private void tell() {
    badConfiguration();
    chapter("stored", config -> {}, this::stored);
    chapter("tried again", config -> {}, this::triedAgain);
    chapter("refused by the service", this::impatient, this::refusedByTheService);
    chapter("refused here", this::small, this::refusedHere);
    chapter("order", config -> config.keyOrder(KeyOrder.HALT), this::halted);
    for (AdmissionPolicy policy : AdmissionPolicy.values()) {
      chapter("full: " + policy, config -> small(config.admissionPolicy(policy)), this::full);
    }
    chapter("closed too soon", this::patient, this::closedTooSoon);
  }

  private static void badConfiguration() {
    Told.of(() -> KinesisProducerConfig.builder().proxyPassword(Marks.PROXY_PASSWORD).build());
    Properties file = new Properties();
    file.setProperty("ProxyPasswort", Marks.PROXY_PASSWORD);
    Told.of(() -> KinesisProducerConfig.fromProperties(file));
    Told.of(() -> KinesisProducerConfig.fromPropertiesLenient(file));
    String withCredentials = "http://" + Marks.ACCESS_KEY_ID + ":" + Marks.SECRET_KEY + "@host";
    Told.of(() -> KinesisProducerConfig.builder().kinesisEndpoint(withCredentials).build());
    Told.of(
        () ->
            KinesisProducerConfig.builder()
                .proxyHost("h")
                .proxyUserName("u")
                .proxyPassword(Marks.PROXY_PASSWORD)
                .build());
  }

  private void chapter(
      String name,
      Consumer<KinesisProducerConfigBuilder> settings,
      Consumer<KinesisProducer> events) {
    Told.say(name);
    noFaults();
    try (KinesisProducer producer = producer(settings)) {
      Told.of(() -> producer.warmUp(STREAM).join());
      events.accept(producer);
      noFaults();
      Told.of(() -> producer.flush().join());
      Told.of(() -> producer.warmUp("nowhere").join());
      Told.say(producer.health());
      Told.say(producer.metrics().sinceStart());
    }
  }

  /** None but that no metrics can be published. */
  private void noFaults() {
    server.faults().clear();
    server
        .faults()
        .add(Fault.on("PutMetricData").always().error(403, "AccessDenied", QUOTING_HEADERS));
  }

  private KinesisProducer producer(Consumer<KinesisProducerConfigBuilder> settings) {
    KinesisProducerConfigBuilder config =
        KinesisProducerConfig.builder()
            .region("us-east-1")
            .kinesisEndpoint(server.endpoint().toString())
            .cloudwatchEndpoint(server.endpoint().toString())
            .metricsLevel(MetricsLevel.DETAILED)
            .metricsGranularity(MetricsGranularity.SHARD)
            .metricsUploadDelay(Duration.ofMillis(50))
            .recordMaxBufferedTime(Duration.ofMillis(20))
            .retryBaseDelay(Duration.ofMillis(5))
            .retryMaxDelay(Duration.ofMillis(20))
            .aggregationRecordMaxSize(1_000)
            .requestTimeout(Duration.ofSeconds(20));
    settings.accept(config);
    Told.say(config.build());
    return KinesisProducer.builder()
        .config(config.build())
        .credentialsProvider(CREDENTIALS)
        .onFailure(EventfulStory::mishandle)
        .build();
  }

  /** A handler that throws what it is told. */
  private static void mishandle(RecordFailedException failure) {
    throw failure;
  }

  /** What goes into an aggregate, and what does not. */
  private static List<UserRecord> records(String stream) {
    UserRecord plain = UserRecord.of(stream, Marks.PARTITION_KEY, Marks.payload(90));
    return List.of(
        plain,
        UserRecord.of(stream, Marks.PARTITION_KEY + "-2", Marks.payload(90)),
        plain.withExplicitHashKey(Marks.EXPLICIT_HASH_KEY),
        // Larger than AggregationRecordMaxSize.
        UserRecord.of(stream, Marks.PARTITION_KEY, Marks.payload(2_000))
            .withExplicitHashKey(Marks.EXPLICIT_HASH_KEY));
  }

  private void stored(KinesisProducer producer) {
    Told.ofPutting(producer, records(STREAM));
    server.splitShard(STREAM, server.shards(STREAM).get(0).shardId());
    Told.ofPutting(producer, records(STREAM));
    Told.ofPutting(producer, records(server.streamArn(STREAM)));
    UserRecord large = UserRecord.of(STREAM, Marks.PARTITION_KEY, Marks.payload(70_000));
    Told.ofPutting(producer, List.of(large));
  }

  private void triedAgain(KinesisProducer producer) {
    for (Fault fault :
        List.of(
            Fault.on("PutRecords").throttleEntries(),
            Fault.on("PutRecords").internalFailureEntries(),
            Fault.on("PutRecords").failEntries("Odd", QUOTING_VALUES, 1),
            Fault.on("PutRecords").httpError(503),
            Fault.on("PutRecords").throttleCall(),
            Fault.on("PutRecords").resetConnection(),
            Fault.on("PutRecords").cutReply(),
            Fault.on("PutRecords").loseReply(),
            Fault.on("PutRecords").garbageBody(),
            Fault.on("PutRecords").wrongEntryCount(1),
            Fault.on("PutRecords").times(2).expiredToken(),
            Fault.on("ListShards").error(400, "ValidationException", QUOTING_HEADERS))) {
      server.faults().add(fault);
      Told.ofPutting(producer, records(STREAM));
    }
  }

  private void impatient(KinesisProducerConfigBuilder config) {
    config.recordTtl(Duration.ofMillis(300));
  }

  /** With every kind of verdict, and texts that repeat what was sent. */
  private void refusedByTheService(KinesisProducer producer) {
    refused(producer, "ValidationException", QUOTING_VALUES);
    refused(producer, "Odd", QUOTING_VALUES);
    refused(producer, "InvalidSignatureException", QUOTING_HEADERS);
    refused(producer, "AccessDeniedException", QUOTING_HEADERS);
    refused(producer, "ExpiredTokenException", QUOTING_HEADERS);
    refused(producer, "ProvisionedThroughputExceededException", QUOTING_HEADERS);
  }

  private void refused(KinesisProducer producer, String code, String text) {
    noFaults();
    server.faults().add(Fault.on(Fault.ANY_OPERATION).always().error(400, code, text));
    Told.ofPutting(producer, records(STREAM));
    Told.ofPutting(producer, records("unseen"));
    Told.of(() -> producer.warmUp("unseen").join());
    Told.say(producer.health());
    noFaults();
    server.faults().add(Fault.on("PutRecords").always().failEntries(code, text, 1));
    Told.ofPutting(producer, records(STREAM));
  }

  private void small(KinesisProducerConfigBuilder config) {
    config.bufferMaxBytes(20_000).maxBlockTime(Duration.ofMillis(20)).maxUserRecordSize(5_000);
  }

  private void refusedHere(KinesisProducer producer) {
    byte[] data = Marks.payload(90);
    String tooLong = Marks.PARTITION_KEY.repeat(40);
    Told.ofPutting(
        producer,
        List.of(
            UserRecord.of(STREAM, tooLong, data),
            UserRecord.of(STREAM, Marks.PARTITION_KEY + "\ud800", data),
            UserRecord.withoutPartitionKey(STREAM, data),
            UserRecord.of(STREAM, Marks.PARTITION_KEY, Marks.payload(5_001)),
            UserRecord.of(STREAM, Marks.PARTITION_KEY, data)
                .withExplicitHashKey(Marks.EXPLICIT_HASH_KEY + "9"),
            UserRecord.of(STREAM, Marks.PARTITION_KEY, data)
                .withExplicitHashKey(Marks.PARTITION_KEY)));
  }

  private void halted(KinesisProducer producer) {
    server
        .faults()
        .add(Fault.on("PutRecords").times(8).error(400, "ValidationException", QUOTING_VALUES));
    Told.ofPutting(producer, records(ORDERED));
    noFaults();
    Told.ofPutting(producer, records(ORDERED));
    producer.resumeKeys(ORDERED);
    Told.ofPutting(producer, records(ORDERED));
  }

  /** Nothing is answered until more was put than there is room for. */
  private void full(KinesisProducer producer) {
    CompletableFuture<Void> answers = new CompletableFuture<>();
    server.faults().add(Fault.on("PutRecords").always().run(answers::join));
    List<UserRecord> many = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      many.addAll(records(STREAM));
    }
    Told.ofPutting(producer, many, () -> answers.complete(null));
  }

  /** One record is with the service when the time to drain is over. */
  private void closedTooSoon(KinesisProducer producer) {
    server.faults().add(Fault.on("PutRecords").always().neverAnswer());
    long callsBefore = server.calls("PutRecords");
    CompletableFuture<RecordResult> inFlight = producer.put(records(STREAM).get(0));
    while (server.calls("PutRecords") == callsBefore) {
      LockSupport.parkNanos(1_000_000);
    }
    Thread closing = new Thread(() -> producer.close(Duration.ofMillis(200)));
    closing.start();
    Told.ofPutting(producer, records(STREAM));
    Told.of(inFlight::join);
    Told.ofPutting(producer, records(STREAM));
  }

  /** Else a call could end before the producer does, and its record wait for the next. */
  private void patient(KinesisProducerConfigBuilder config) {
    config.requestTimeout(Duration.ofMinutes(10)).recordTtl(Duration.ofMinutes(20));
  }
}
