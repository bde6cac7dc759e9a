// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.junit;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kpl4j.junit.KinesisFault.Kind;
import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults that make no sense, and what is said of them. */
class KinesisFaultRefusalTest {

  /** Carries faults; its methods are not called. */
  @SuppressWarnings("unused")
  private static final class Faults {

    @KinesisFault(kind = Kind.THROTTLE_CALL, status = 503)
    void statusOfAThrottle() {}

    @KinesisFault(kind = Kind.GARBAGE_BODY, entryChance = 0.5)
    void entryChanceOfACall() {}

    @KinesisFault(kind = Kind.RESET, delayMillis = 5)
    void delayOfAReset() {}

    @KinesisFault(kind = Kind.CONNECTION_RESET, on = "ListShards")
    void operationOfAConnection() {}

    @KinesisFault(kind = Kind.RESET, on = " ")
    void noOperation() {}

    @KinesisFault(kind = Kind.RESET, then = true)
    void thenWithoutAFirst() {}

    @KinesisFault(kind = Kind.RESET, seed = 7)
    void seedOfNoChance() {}

    @KinesisFault(kind = Kind.RESET, always = true, times = 2)
    void alwaysAndTimes() {}

    @KinesisFault(kind = Kind.RESET, always = true, lastingMillis = 2)
    void alwaysAndForATime() {}

    @KinesisFault(kind = Kind.RESET, lastingMillis = 2, times = 2)
    void forATimeAndTimes() {}

    @KinesisFault(kind = Kind.RESET, times = 0)
    void noTimes() {}

    @KinesisFault(kind = Kind.RESET, after = -1)
    void afterLessThanNone() {}

    @KinesisFault(kind = Kind.RESET, chance = 1.5)
    void moreThanCertain() {}

    @KinesisFault(kind = Kind.HTTP_ERROR, status = 200)
    void successAsError() {}

    @KinesisFault(kind = Kind.ERROR)
    void errorWithoutCode() {}

    @KinesisFault(kind = Kind.FAIL_ENTRIES)
    void entriesWithoutCode() {}

    @KinesisFault(kind = Kind.DELAY_REPLY)
    void delayWithoutTime() {}

    @KinesisFault(kind = Kind.DELAY_REPLY, delayMillis = 9, mostDelayMillis = 5)
    void delayAcross() {}

    @KinesisFault(kind = Kind.SUSPEND_SERVER)
    void outageWithoutTime() {}

    @KinesisFault(kind = Kind.WRONG_ENTRY_COUNT, difference = 0)
    void rightEntryCount() {}

    @KinesisFault(kind = Kind.SPLIT_SHARD, shards = "shardId-000000000000")
    void splitWithoutStream() {}

    @KinesisFault(kind = Kind.MERGE_SHARDS, stream = "s", shards = "shardId-000000000000")
    void mergeOfOne() {}

    @KinesisFault(kind = Kind.DELETE_STREAM, stream = "s", times = 2)
    void deletedTwice() {}

    @KinesisFault(kind = Kind.DELAY_REPLY, mostDelayMillis = 20, seed = 3, lastingMillis = 50)
    @KinesisFault(kind = Kind.CONNECTION_BLACK_HOLE, after = 1, then = true)
    @KinesisFault(kind = Kind.THROTTLE_ENTRIES, entryChance = 0.5, seed = 9, on = "*")
    void allRight() {}
  }

  private static List<KinesisFault> faultsOf(String method) throws NoSuchMethodException {
    Method carrier = Faults.class.getDeclaredMethod(method);
    return List.of(carrier.getAnnotationsByType(KinesisFault.class));
  }

  @ParameterizedTest
  @CsvSource({
    "statusOfAThrottle, has no status",
    "entryChanceOfACall, has no entryChance",
    "delayOfAReset, has no delayMillis",
    "operationOfAConnection, meets connections",
    "noOperation, needs an operation",
    "thenWithoutAFirst, is the first",
    "seedOfNoChance, leaves nothing to chance",
    "alwaysAndTimes, is always",
    "alwaysAndForATime, is always",
    "forATimeAndTimes, is for a time",
    "noTimes, needs times of at least 1",
    "afterLessThanNone, needs after of at least 0",
    "moreThanCertain, needs chance from 0 to 1",
    "successAsError, needs a status from 400 to 599",
    "errorWithoutCode, needs code",
    "entriesWithoutCode, needs code",
    "delayWithoutTime, needs delayMillis",
    "delayAcross, has a mostDelayMillis below",
    "outageWithoutTime, needs delayMillis of at least 1",
    "rightEntryCount, needs a difference other than 0",
    "splitWithoutStream, needs stream",
    "mergeOfOne, needs 2 in shards",
    "deletedTwice, can be done only once"
  })
  void check_faultThatMakesNoSense_isRefusedWithItsKindAndWhy(String method, String why)
      throws NoSuchMethodException {
    List<KinesisFault> faults = faultsOf(method);

    assertThatThrownBy(() -> ScriptedFaults.check(faults))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("@KinesisFault(kind = " + faults.get(0).kind() + ") " + why);
  }

  @Test
  void check_faultsThatMakeSense_pass() throws NoSuchMethodException {
    List<KinesisFault> faults = faultsOf("allRight");
    assertThatCode(() -> ScriptedFaults.check(faults)).doesNotThrowAnyException();
  }
}
