// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.it;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes every file descriptor that the process may have, and those that others let go, until it is
 * told to free them; confined to one thread.
 */
final class FileHog {

  private static final String FILE = "/dev/null";

  private final PrintStream out;
  private final Deque<InputStream> files = new ArrayDeque<>();
  private volatile boolean wanted;
  private @Nullable Thread thread;

  FileHog(PrintStream out) {
    this.out = out;
  }

  void take() {
    wanted = true;
    thread = new Thread(this::takeOnAndOn, "file-hog");
    thread.setDaemon(true);
    thread.start();
  }

  private void takeOnAndOn() {
    boolean said = false;
    while (wanted) {
      try {
        files.push(new FileInputStream(FILE));
      } catch (IOException none) {
        if (!said) {
          said = true;
          out.println("files are taken: " + none.getMessage());
        }
        LockSupport.parkNanos(200_000);
      }
    }
  }

  void free() throws IOException {
    wanted = false;
    try {
      if (thread != null) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    int count = files.size();
    while (!files.isEmpty()) {
      files.pop().close();
    }
    out.println("files are free: " + count);
  }
}
