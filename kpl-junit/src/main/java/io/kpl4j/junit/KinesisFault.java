// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Something that goes wrong at the endpoint of {@link KinesisServer}: what {@link
 * io.kpl4j.testkit.Fault} can do, by annotation. On a class it holds for all its tests and nested
 * classes; the faults of a method, or of a nested class, replace those of what is around, and those
 * of a class replace those of its interfaces and of its superclass.
 *
 * <p>The endpoint has its faults from its start on, in the order in which they are written. Of
 * those that a call falls to, the first acts. A test that has faults of its own has an endpoint of
 * its own, which starts with the first parameter that it, its constructor or its
 * {@code @BeforeEach} methods are given; what a {@code @BeforeAll} method was given is not met by
 * them.
 *
 * <pre>{@code
 * @Test
 * @KinesisFault(kind = Kind.HTTP_ERROR, status = 503, after = 3, times = 2)
 * @KinesisFault(kind = Kind.THROTTLE_ENTRIES, then = true, lastingMillis = 2_000, entryChance = 0.5)
 * void click_isStoredAllTheSame(KinesisProducer producer) { ... }
 * }</pre>
 *
 * <p>A fault that says what its kind cannot do, or what its other values leave without meaning, is
 * refused, and the test fails.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(KinesisFault.All.class)
@ExtendWith(KinesisServerExtension.class)
public @interface KinesisFault {

  /** {@return what happens} */
  Kind kind();

  /**
   * {@return the operation whose calls are met, as the service names it; {@code "*"} is every one}
   * Not of {@code CONNECTION_} kinds, which meet connections.
   */
  String on() default "PutRecords";

  /** {@return how many calls or connections pass first} */
  long after() default 0;

  /** {@return for how long nothing is counted, in milliseconds from the start, or from the turn} */
  long afterMillis() default 0;

  /** {@return how many are met, one after the other} */
  long times() default 1;

  /** {@return whether all are met from then on; not beside {@link #times}} */
  boolean always() default false;

  /**
   * {@return for how many milliseconds all are met, from the first one that is; not beside {@link
   * #times} and {@link #always}}
   */
  long lastingMillis() default 0;

  /** {@return the probability with which one that is met is struck, from 0 to 1} */
  double chance() default 1;

  /** {@return the seed of all chances of this fault; the same seed gives the same run} */
  long seed() default 1;

  /**
   * {@return whether it takes turns with the fault written before it: it counts nothing until that
   * one has met its last}
   */
  boolean then() default false;

  /** {@return the HTTP status of {@link Kind#HTTP_ERROR} and {@link Kind#ERROR}} */
  int status() default 500;

  /** {@return the error code of {@link Kind#ERROR} and {@link Kind#FAIL_ENTRIES}} */
  String code() default "";

  /** {@return the text beside the code} */
  String message() default "scripted fault";

  /** {@return the probability with which an entry of a call that is struck is refused} */
  double entryChance() default 1;

  /** {@return how late {@link Kind#DELAY_REPLY} answers, or how long an outage lasts} */
  long delayMillis() default 0;

  /**
   * {@return how late it answers at the most, each reply by chance between the two; {@link
   * #delayMillis} unless set}
   */
  long mostDelayMillis() default 0;

  /** {@return how many entries more a reply has than its request, or fewer if negative} */
  int difference() default 1;

  /** {@return the stream that is changed} */
  String stream() default "";

  /**
   * {@return the shard that is split in the middle, or the two that are merged, by their ids such
   * as {@code shardId-000000000000}}
   */
  String[] shards() default {};

  /** What may go wrong. Each is as the method of the test kit that is named with it. */
  enum Kind {
    /** {@link io.kpl4j.testkit.FaultyCalls#httpError}, with {@link #status}. */
    HTTP_ERROR,
    /**
     * {@link io.kpl4j.testkit.FaultyCalls#error}, with {@link #status}, {@link #code} and {@link
     * #message}.
     */
    ERROR,
    /** {@link io.kpl4j.testkit.FaultyCalls#throttleCall}. */
    THROTTLE_CALL,
    /** {@link io.kpl4j.testkit.FaultyCalls#expiredToken}. */
    EXPIRED_TOKEN,
    /** {@link io.kpl4j.testkit.FaultyCalls#throttleEntries}, with {@link #entryChance}. */
    THROTTLE_ENTRIES,
    /** {@link io.kpl4j.testkit.FaultyCalls#internalFailureEntries}, with {@link #entryChance}. */
    INTERNAL_FAILURE_ENTRIES,
    /**
     * {@link io.kpl4j.testkit.FaultyCalls#failEntries}, with {@link #code}, {@link #message} and
     * {@link #entryChance}.
     */
    FAIL_ENTRIES,
    /** {@link io.kpl4j.testkit.FaultyCalls#resetConnection}. */
    RESET,
    /** {@link io.kpl4j.testkit.FaultyCalls#loseReply}. */
    LOSE_REPLY,
    /** {@link io.kpl4j.testkit.FaultyCalls#cutReply}. */
    CUT_REPLY,
    /**
     * {@link io.kpl4j.testkit.FaultyCalls#delayReply}, with {@link #delayMillis} and {@link
     * #mostDelayMillis}.
     */
    DELAY_REPLY,
    /** {@link io.kpl4j.testkit.FaultyCalls#neverAnswer}. */
    NEVER_ANSWER,
    /** {@link io.kpl4j.testkit.FaultyCalls#wrongEntryCount}, with {@link #difference}. */
    WRONG_ENTRY_COUNT,
    /** {@link io.kpl4j.testkit.FaultyCalls#garbageBody}. */
    GARBAGE_BODY,
    /** {@link io.kpl4j.testkit.FaultyCalls#blackHole}. */
    BLACK_HOLE,
    /** {@link io.kpl4j.testkit.FaultyCalls#suspendServer}, for {@link #delayMillis}. */
    SUSPEND_SERVER,
    /** Splits a shard of {@link #stream}, in {@link #shards}, before the call takes effect. */
    SPLIT_SHARD,
    /** Merges two shards of {@link #stream}, in {@link #shards}, before the call takes effect. */
    MERGE_SHARDS,
    /** Deletes {@link #stream} before the call takes effect. */
    DELETE_STREAM,
    /** {@link io.kpl4j.testkit.FaultyConnections#reset}. */
    CONNECTION_RESET,
    /** {@link io.kpl4j.testkit.FaultyConnections#blackHole}. */
    CONNECTION_BLACK_HOLE,
    /** {@link io.kpl4j.testkit.FaultyConnections#failHandshake}. */
    CONNECTION_FAIL_HANDSHAKE
  }

  /** All that are written at one place. */
  @Documented
  @Inherited
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.TYPE, ElementType.METHOD})
  @ExtendWith(KinesisServerExtension.class)
  @interface All {

    /** {@return the faults, in their order} */
    KinesisFault[] value();
  }
}
