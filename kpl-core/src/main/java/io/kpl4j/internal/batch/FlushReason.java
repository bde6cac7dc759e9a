// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.batch;

/** Why a batch was cut. */
public enum FlushReason {
  /** A batch was waiting as it is: half of one that was refused as a whole. */
  BISECTED,
  /** A record's linger was over, or it was flushed, or is sent again. */
  DUE,
  /** As many Kinesis records as a call takes were sealed. */
  COUNT,
  /** As many bytes as a good call has were sealed. */
  BYTES,
  /** A caller waits for room in the buffer. */
  ADMISSION
}
