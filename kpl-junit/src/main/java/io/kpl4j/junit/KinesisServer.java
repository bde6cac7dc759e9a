// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives JUnit tests an endpoint that speaks as Kinesis and CloudWatch, and a producer that sends to
 * it. On a class it holds for all its tests and nested classes; on a method, or on a nested class,
 * its settings replace those of what is around. {@link KinesisFault} says what is to go wrong
 * there.
 *
 * <p>Tests, life-cycle methods and constructors declare what they need as parameters:
 *
 * <ul>
 *   <li>{@link io.kpl4j.testkit.KinesisTestServer}, the endpoint itself: what it stored, its
 *       streams, its faults;
 *   <li>{@link java.net.URI}, where clients go;
 *   <li>{@link io.kpl4j.KinesisProducer}, ready to put to it, closed after the test;
 *   <li>{@link io.kpl4j.KinesisProducerBuilder}, a new one for each parameter, with the same
 *       configuration and credentials, for a service that builds its producer; {@link
 *       io.kpl4j.KinesisProducerConfig} and {@link
 *       software.amazon.awssdk.auth.credentials.AwsCredentialsProvider}, those alone;
 *   <li>{@link software.amazon.awssdk.services.kinesis.KinesisAsyncClient}, and, where the SDK's
 *       {@code cloudwatch} is on the class path, its {@code CloudWatchAsyncClient}; closed after
 *       the test.
 * </ul>
 *
 * <p>Each test has an endpoint of its own, on a free port of 127.0.0.1, so tests may run in
 * parallel; it starts with the first such parameter. What a {@code @BeforeAll} method, or the
 * constructor of a class with one instance for all tests, has asked for is shared by all tests of
 * the class, and goes with it.
 *
 * <pre>{@code
 * @KinesisServer(streams = @KinesisServer.Stream(name = "clicks", shards = 4))
 * class ClickServiceTest {
 *
 *   @Test
 *   void click_isStored(KinesisProducer producer, KinesisTestServer server) {
 *     new ClickService(producer).clicked("user-1");
 *     producer.flush().join();
 *
 *     assertEquals(1, server.recordCount("clicks"));
 *   }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(KinesisServerExtension.class)
public @interface KinesisServer {

  /** {@return the streams that are there at the start} */
  Stream[] streams() default {};

  /**
   * {@return whether the endpoint speaks TLS, with a certificate that producer and clients know}
   */
  boolean tls() default false;

  /** {@return whether a shard takes no more than 1 MiB and 1,000 records a second} */
  boolean throttling() default false;

  /**
   * {@return settings of the producer, each as a line of a properties file, such as {@code
   * RecordTtl=1000}} Where they say nothing, {@code CloseTimeout} is 5 s, {@code ConnectTimeout}
   * and {@code RequestTimeout} 60 s and {@code RecordTtl} 120 s, so that a busy machine changes no
   * result; and the defaults hold.
   */
  String[] properties() default {};

  /** A stream that is there at the start. */
  @Documented
  @Retention(RetentionPolicy.RUNTIME)
  @Target({})
  @interface Stream {

    /** {@return its name} */
    String name();

    /** {@return how many shards it has, of the same width} */
    int shards() default 1;
  }
}
