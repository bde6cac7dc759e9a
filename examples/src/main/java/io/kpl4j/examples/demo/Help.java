// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.examples.demo;

/** What {@code --help} prints. Stateless. */
final class Help {

  private Help() {}

  static String text() {
    return """
        usage: ./demo [OPTION]... [FILE | -]

        Sends the lines of FILE, or of standard input (-), or by default a made-up click stream of
        200,000 events through kpl4j, each line as one record. Reads everything back as a KCL consumer
        would, and says whether each record arrived exactly once.

        Where to (by default an endpoint inside the demo: 4 shards of 1 MiB/s, TLS, throttling):
          --localstack           LocalStack, started by dev/localstack if need be and stopped again; it is
                                 slow, so RequestTimeout, RecordTtl and MaxInFlightRequests are set for it
          --endpoint URL         any other endpoint, such as http://127.0.0.1:4566
          --stream NAME          the stream there; it must exist. Only what is put from now on is read;
                                 what others put there meanwhile would count as duplicated

        With what:
          --properties FILE      the producer's settings (examples/demo.properties; docs/tuning.md)
          --debug                show stack traces and what the producer logs
          -h, --help             this

        Partition keys: of the click stream the user; of a file one of 4,096 by the line's hash, so that
        lines spread over the shards. An end of line (LF or CR LF) is not part of the record; a line may
        have about 1 MiB. Credentials and region are those of the AWS SDK's default chain, but for
        endpoints on this machine, which get dummies.

        Memory does not grow with the input: the producer makes the reader of lines wait, records are
        read back while others are sent, the embedded endpoint forgets what was read, at most 32 MiB
        are left unread, and of records between acknowledged and read only a hash is kept (24 bytes each).

        Exit code: 0 all is well, 1 it is not or the run failed, 2 wrong usage or unusable input.
        DEMO_JAVA_OPTS sets options of the JVM (-Xmx512m); MAVEN_ARGS and MAVEN_OPTS are Maven's.""";
  }
}
