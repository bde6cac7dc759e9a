// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.engine;

import io.kpl4j.internal.send.KinesisConnection;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Listings and descriptions of all streams of a producer: so many are under way at once as have
 * connections beside those of PutRecords calls, first come, first served. Confined to the loop.
 */
final class ControlCalls {

  private final ArrayDeque<Place> line = new ArrayDeque<>();
  private int underWay;

  /** One who makes such calls, one at a time. */
  final class Place {
    private final StreamPipeline stream;
    private boolean waits;
    private boolean calls;

    Place(StreamPipeline stream) {
      this.stream = stream;
    }

    /** Whether it stands in line: its stream is run again when its turn comes. */
    boolean waits() {
      return waits;
    }

    /** Whether it may call now; if not, it stands in line. */
    boolean begin() {
      Place first = line.peekFirst();
      if (underWay >= KinesisConnection.CONTROL_CALLS || (first != null && first != this)) {
        if (!waits) {
          line.addLast(this);
          waits = true;
        }
        return false;
      }
      stepOut();
      calls = true;
      underWay++;
      next();
      return true;
    }

    /** Its call is over, or it wants none any more. Idempotent. */
    void end() {
      stepOut();
      if (calls) {
        calls = false;
        underWay--;
      }
      next();
    }

    private void stepOut() {
      if (waits) {
        line.remove(this);
        waits = false;
      }
    }
  }

  private void next() {
    @Nullable Place first = line.peekFirst();
    if (first != null && underWay < KinesisConnection.CONTROL_CALLS) {
      // Not by touching: the streams of this turn may have been looked at.
      first.stream.nudge();
    }
  }
}
