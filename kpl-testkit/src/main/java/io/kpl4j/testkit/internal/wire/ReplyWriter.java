// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the body of a reply in the format of its request. Confined to its call. */
public final class ReplyWriter implements Closeable {

  private final Wire wire;
  private final JsonGenerator generator;

  ReplyWriter(Wire wire, JsonGenerator generator) {
    this.wire = wire;
    this.generator = generator;
  }

  /** Begins an object that is the whole body, or an element of a list. */
  public void open() throws IOException {
    generator.writeStartObject();
  }

  /** Begins an object as a field. */
  public void open(String name) throws IOException {
    generator.writeObjectFieldStart(name);
  }

  /** Ends an object. */
  public void end() throws IOException {
    generator.writeEndObject();
  }

  /** Begins a list as a field. */
  public void openList(String name) throws IOException {
    generator.writeArrayFieldStart(name);
  }

  /** Ends a list. */
  public void endList() throws IOException {
    generator.writeEndArray();
  }

  /** A field with text; nothing if it is null. */
  public void text(String name, @Nullable String value) throws IOException {
    if (value != null) {
      generator.writeStringField(name, value);
    }
  }

  /** A list of texts as a field. */
  public void texts(String name, List<String> values) throws IOException {
    openList(name);
    for (String value : values) {
      generator.writeString(value);
    }
    endList();
  }

  /** A field with a whole number. */
  public void number(String name, long value) throws IOException {
    generator.writeNumberField(name, value);
  }

  /** A field with a number. */
  public void decimal(String name, double value) throws IOException {
    generator.writeNumberField(name, value);
  }

  /** A field with a truth value. */
  public void flag(String name, boolean value) throws IOException {
    generator.writeBooleanField(name, value);
  }

  /** A field with a timestamp. */
  public void timestamp(String name, Instant value) throws IOException {
    generator.writeFieldName(name);
    wire.write(generator, value);
  }

  /** A field with bytes. */
  public void blob(String name, byte[] value) throws IOException {
    generator.writeBinaryField(name, value);
  }

  @Override
  public void close() throws IOException {
    generator.close();
  }
}
