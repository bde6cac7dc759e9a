// SPDX-License-Identifier: Apache-2.0
package io.kpl4j;

import java.util.List;

/** Where an accepted record was stored, and how. Immutable. */
public final class RecordResult {

  private final Placement placement;
  private final int subSequenceNumber;

  private RecordResult(Placement placement, int subSequenceNumber) {
    this.placement = placement;
    this.subSequenceNumber = subSequenceNumber;
  }

  /** {@return the shard that stored the record, such as {@code shardId-000000000003}} */
  public String shardId() {
    return placement.shardId;
  }

  /**
   * {@return the sequence number of the Kinesis record; the user records of one aggregate share it}
   */
  public String sequenceNumber() {
    return placement.sequenceNumber;
  }

  /**
   * {@return the record's place in its aggregate, from 0, as the KCL counts it} 0 for a record that
   * was sent alone.
   */
  public int subSequenceNumber() {
    return subSequenceNumber;
  }

  /**
   * {@return whether a second copy of the record may be on the stream: the outcome of an earlier
   * attempt never became known, or an earlier copy lies on a shard where the KCL drops it but a
   * consumer without the KCL's range filter sees it}
   */
  public boolean mayBeDuplicated() {
    return placement.mayBeDuplicated;
  }

  /** {@return the attempts in order, the successful one last: the first 4 and the last 12} */
  public List<Attempt> attempts() {
    return placement.attempts;
  }

  /** {@return how many attempts there were in all, at least 1} */
  public int attemptCount() {
    return placement.attemptCount;
  }

  @Override
  public String toString() {
    return "RecordResult["
        + placement.shardId
        + ", "
        + placement.sequenceNumber
        + ", "
        + subSequenceNumber
        + (placement.mayBeDuplicated ? ", may be duplicated]" : "]");
  }

  /** What the user records of one Kinesis record share. Immutable. */
  public static final class Placement {

    private final String shardId;
    private final String sequenceNumber;
    private final boolean mayBeDuplicated;
    private final List<Attempt> attempts;
    private final int attemptCount;

    /**
     * Creates a placement.
     *
     * @param shardId the shard that stored the Kinesis record
     * @param sequenceNumber its sequence number
     * @param mayBeDuplicated see {@link RecordResult#mayBeDuplicated()}
     * @param attempts the attempts kept, the successful one last
     * @param attemptCount how many attempts there were in all, at least 1
     */
    public Placement(
        String shardId,
        String sequenceNumber,
        boolean mayBeDuplicated,
        List<Attempt> attempts,
        int attemptCount) {
      this.shardId = shardId;
      this.sequenceNumber = sequenceNumber;
      this.mayBeDuplicated = mayBeDuplicated;
      this.attempts = List.copyOf(attempts);
      this.attemptCount = attemptCount;
    }

    /**
     * Returns the result of one of the user records.
     *
     * @param subSequenceNumber its place in the aggregate, from 0
     * @return the result
     */
    public RecordResult result(int subSequenceNumber) {
      return new RecordResult(this, subSequenceNumber);
    }
  }
}
