// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.stress;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jcstress.Main;

/**
 * Runs jcstress, which ends well also where tests could not run at all: here every run that was
 * planned has to pass.
 */
public final class StressRun {

  private static final Pattern RESULTS =
      Pattern.compile("\\(Results: (\\d+) planned; (\\d+) passed,");

  private StressRun() {}

  /** Takes the arguments of jcstress. */
  public static void main(String[] arguments) throws Exception {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    PrintStream console = System.out;
    System.setOut(new PrintStream(both(console, seen), true, UTF_8));
    Main.main(arguments);
    console.flush();
    Matcher results = RESULTS.matcher(seen.toString(UTF_8));
    int planned = 0;
    int passed = -1;
    while (results.find()) {
      planned = Integer.parseInt(results.group(1));
      passed = Integer.parseInt(results.group(2));
    }
    if (planned == 0 || passed != planned) {
      console.println("Of " + planned + " runs " + Math.max(0, passed) + " passed");
      System.exit(1);
    }
  }

  private static OutputStream both(OutputStream one, OutputStream other) {
    return new OutputStream() {
      @Override
      public void write(int b) throws java.io.IOException {
        one.write(b);
        other.write(b);
      }

      @Override
      public void flush() throws java.io.IOException {
        one.flush();
      }
    };
  }
}
