// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.wire;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kpl4j.testkit.internal.stream.Refusal;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small request read whole: the fields of an object. Immutable. Bulky requests are read by their
 * operations from the parser.
 */
public final class Fields {

  private final Wire wire;
  private final Map<String, Object> values;

  private Fields(Wire wire, Map<String, Object> values) {
    this.wire = wire;
    this.values = values;
  }

  /** Reads a body, which is one object; an empty body is an object without fields. */
  public static Fields read(Wire wire, JsonParser parser) throws IOException {
    JsonToken first = parser.nextToken();
    return first == null ? new Fields(wire, Map.of()) : readObject(wire, parser);
  }

  private static Fields readObject(Wire wire, JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new JsonParseException(parser, "expected an object");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      Object value = readValue(wire, parser);
      if (value != null) {
        values.put(name, value);
      }
    }
    if (parser.currentToken() != JsonToken.END_OBJECT) {
      throw new JsonParseException(parser, "the object does not end");
    }
    return new Fields(wire, values);
  }

  private static @Nullable Object readValue(Wire wire, JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> readObject(wire, parser);
      case START_ARRAY -> readList(wire, parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> readNumber(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_EMBEDDED_OBJECT -> parser.getBinaryValue();
      case VALUE_NULL -> null;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME ->
          throw new JsonParseException(parser, "expected a value");
    };
  }

  private static BigDecimal readNumber(JsonParser parser) throws IOException {
    return switch (parser.getNumberType()) {
      // What a double says in its shortest form, not the digits of its binary expansion.
      case FLOAT, DOUBLE -> finite(parser);
      case INT, LONG -> BigDecimal.valueOf(parser.getLongValue());
      case BIG_INTEGER, BIG_DECIMAL -> parser.getDecimalValue();
    };
  }

  private static BigDecimal finite(JsonParser parser) throws IOException {
    double value = parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw new JsonParseException(parser, "not a finite number");
    }
    return BigDecimal.valueOf(value);
  }

  private static List<Object> readList(Wire wire, JsonParser parser) throws IOException {
    List<Object> list = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (parser.currentToken() == null) {
        throw new JsonParseException(parser, "the list does not end");
      }
      Object value = readValue(wire, parser);
      if (value != null) {
        list.add(value);
      }
    }
    return list;
  }

  /** Text, or null if the field is absent. */
  public @Nullable String text(String name) {
    return typed(name, String.class);
  }

  /** Text that must be there. */
  public String requiredText(String name) {
    String value = text(name);
    if (value == null) {
      throw missing(name);
    }
    return value;
  }

  /** A whole number; {@code absent} if the field is. */
  public int number(String name, int absent) {
    BigDecimal value = typed(name, BigDecimal.class);
    return value == null ? absent : value.intValue();
  }

  /** A number, or null if the field is absent. */
  public @Nullable Double decimal(String name) {
    BigDecimal value = typed(name, BigDecimal.class);
    return value == null ? null : value.doubleValue();
  }

  /** A timestamp, or null if the field is absent. */
  public @Nullable Instant timestamp(String name) {
    if (wire == Wire.QUERY) {
      String text = text(name);
      return text == null ? null : moment(name, text);
    }
    BigDecimal value = typed(name, BigDecimal.class);
    return value == null ? null : wire.instant(value);
  }

  /** An object; without fields if it is absent. */
  public Fields object(String name) {
    Fields value = typed(name, Fields.class);
    return value == null ? new Fields(wire, Map.of()) : value;
  }

  /** Whether the field is there. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** A list of objects; empty if it is absent. */
  public List<Fields> objects(String name) {
    return elements(name, Fields.class);
  }

  /** A list of texts; empty if it is absent. */
  public List<String> texts(String name) {
    return elements(name, String.class);
  }

  /** A list of numbers; empty if it is absent. */
  public List<Double> decimals(String name) {
    return elements(name, BigDecimal.class).stream().map(BigDecimal::doubleValue).toList();
  }

  private <T> List<T> elements(String name, Class<T> type) {
    List<?> list = typed(name, List.class);
    if (list == null) {
      return List.of();
    }
    return list.stream().map(value -> cast(name, value, type)).toList();
  }

  private <T> @Nullable T typed(String name, Class<T> type) {
    Object value = values.get(name);
    return value == null ? null : cast(name, value, type);
  }

  private <T> T cast(String name, Object value, Class<T> type) {
    Object known = value;
    if (wire == Wire.QUERY && type == BigDecimal.class && value instanceof String text) {
      known = number(name, text);
    }
    if (!type.isInstance(known)) {
      throw wrongType(name);
    }
    return type.cast(known);
  }

  private static BigDecimal number(String name, String text) {
    try {
      return BigDecimal.valueOf(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      throw wrongType(name);
    }
  }

  private static Instant moment(String name, String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw wrongType(name);
    }
  }

  private static Refusal wrongType(String name) {
    return new Refusal(400, "SerializationException", "the field " + name + " has a wrong type");
  }

  /** The refusal of a request that lacks a field. */
  public static Refusal missing(String name) {
    String member = Character.toLowerCase(name.charAt(0)) + name.substring(1);
    return Refusal.validation(
        "Value null at '" + member + "' failed to satisfy constraint: Member must not be null");
  }
}
