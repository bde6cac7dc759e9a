// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.kpl4j.testkit.internal.stream.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The body of an AWS Query request as a tree: {@code A.member.1.B=v} is the field B of the first
 * element of the list A. Immutable.
 */
public final class Form {

  private static final String LIST = "member";
  private static final int MAX_DEPTH = 16;

  private final Map<String, Object> fields;

  private Form(Map<String, Object> fields) {
    this.fields = fields;
  }

  /** Reads a body. */
  public static Form read(byte[] body, int offset, int length) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (String pair : new String(body, offset, length, UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        put(fields, decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return new Form(fields);
  }

  /** What the form calls its action; empty if it names none. */
  public String action() {
    return fields.get("Action") instanceof String action ? action : "";
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      throw malformed(text);
    }
  }

  @SuppressWarnings("unchecked") // only such maps are put in
  private static void put(Map<String, Object> root, String path, String value) {
    String[] steps = path.split("\\.", -1);
    if (steps.length > MAX_DEPTH) {
      throw malformed(path);
    }
    Map<String, Object> place = root;
    for (int i = 0; i < steps.length - 1; i++) {
      Object next = place.computeIfAbsent(steps[i], step -> new LinkedHashMap<String, Object>());
      if (!(next instanceof Map)) {
        throw malformed(path);
      }
      place = (Map<String, Object>) next;
    }
    if (place.putIfAbsent(steps[steps.length - 1], value) != null) {
      throw malformed(path);
    }
  }

  private static Refusal malformed(String part) {
    return new Refusal(400, "MalformedQueryString", "cannot read " + part);
  }

  /** The same in JSON, all values text. */
  byte[] toJson(JsonFactory factory) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = factory.createGenerator(bytes)) {
      write(fields, generator);
    }
    return bytes.toByteArray();
  }

  private static void write(Object value, JsonGenerator generator) throws IOException {
    if (!(value instanceof Map<?, ?> map)) {
      generator.writeString((String) value);
    } else if (map.size() == 1 && map.get(LIST) instanceof Map<?, ?> elements) {
      // In the order in which they came, which is that of their numbers.
      generator.writeStartArray();
      for (Object element : elements.values()) {
        write(element, generator);
      }
      generator.writeEndArray();
    } else {
      generator.writeStartObject();
      for (Map.Entry<?, ?> field : map.entrySet()) {
        generator.writeFieldName((String) field.getKey());
        write(field.getValue(), generator);
      }
      generator.writeEndObject();
    }
  }
}
