// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.internal.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;
import java.util.regex.Pattern;

/** Reads a properties file in UTF-8, with errors that name it. Stateless. */
public final class PropertiesFile {

  /** An escape that is not itself escaped, without its four digits. */
  private static final Pattern BAD_ESCAPE =
      Pattern.compile("(?<!\\\\)(\\\\\\\\)*\\\\u(?![0-9A-Fa-f]{4})");

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private PropertiesFile() {}

  /**
   * Reads a file.
   *
   * @throws IllegalArgumentException if it cannot be read, naming it and the reason
   */
  public static Properties read(Path path) {
    String text = readText(path);
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException malformed) {
      throw new IllegalArgumentException(
          path + ", line " + lineOfBadEscape(text) + ": \\u must be followed by four hex digits",
          malformed);
    } catch (IOException impossible) {
      throw new IllegalArgumentException(unreadable(path, impossible.toString()), impossible);
    }
    return properties;
  }

  private static String readText(Path path) {
    try {
      String text =
          StandardCharsets.UTF_8
              .newDecoder()
              .decode(ByteBuffer.wrap(Files.readAllBytes(path)))
              .toString();
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (NoSuchFileException missing) {
      throw new IllegalArgumentException(unreadable(path, "no such file"), missing);
    } catch (AccessDeniedException denied) {
      throw new IllegalArgumentException(unreadable(path, "permission denied"), denied);
    } catch (CharacterCodingException notUtf8) {
      throw new IllegalArgumentException(unreadable(path, "not in UTF-8"), notUtf8);
    } catch (IOException other) {
      String reason =
          Files.isDirectory(path) ? "it is a directory" : String.valueOf(other.getMessage());
      throw new IllegalArgumentException(unreadable(path, reason), other);
    }
  }

  private static String unreadable(Path path, String reason) {
    return "cannot read the properties file " + path + ": " + reason;
  }

  private static long lineOfBadEscape(String text) {
    return 1
        + text.lines()
            .takeWhile(line -> isComment(line) || !BAD_ESCAPE.matcher(line).find())
            .count();
  }

  private static boolean isComment(String line) {
    String stripped = line.stripLeading();
    return stripped.startsWith("#") || stripped.startsWith("!");
  }
}
