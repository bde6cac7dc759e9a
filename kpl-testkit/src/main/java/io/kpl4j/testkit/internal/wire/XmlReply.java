// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.testkit.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kpl4j.testkit.internal.stream.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Takes a reply in JSON and, when closed, hands it on in the XML of AWS Query. Confined. */
final class XmlReply extends ByteArrayOutputStream {

  private static final String NAMESPACE = "http://monitoring.amazonaws.com/doc/2010-08-01/";
  private static final String REQUEST_ID = "<RequestId>kpl-testkit</RequestId>";

  private final String operation;
  private final OutputStream target;
  private final JsonFactory factory;

  XmlReply(String operation, OutputStream target, JsonFactory factory) {
    this.operation = operation;
    this.target = target;
    this.factory = factory;
  }

  @Override
  public void close() throws IOException {
    StringBuilder xml = new StringBuilder();
    xml.append("<").append(operation).append("Response xmlns=\"").append(NAMESPACE).append("\">");
    try (JsonParser parser = factory.createParser(toByteArray())) {
      parser.nextToken();
      write(operation + "Result", parser, xml);
    }
    xml.append("<ResponseMetadata>").append(REQUEST_ID).append("</ResponseMetadata></");
    xml.append(operation).append("Response>");
    target.write(xml.toString().getBytes(UTF_8));
    target.close();
  }

  static void refuse(Refusal refusal, OutputStream target) throws IOException {
    StringBuilder xml = new StringBuilder();
    xml.append("<ErrorResponse xmlns=\"").append(NAMESPACE).append("\"><Error><Type>");
    xml.append(refusal.status() < 500 ? "Sender" : "Receiver").append("</Type>");
    element("Code", refusal.code(), xml);
    element("Message", refusal.text(), xml);
    xml.append("</Error>").append(REQUEST_ID).append("</ErrorResponse>");
    target.write(xml.toString().getBytes(UTF_8));
  }

  private static void write(String name, JsonParser parser, StringBuilder xml) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      xml.append('<').append(name).append('>');
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String field = parser.currentName();
        parser.nextToken();
        write(field, parser, xml);
      }
      xml.append("</").append(name).append('>');
    } else if (parser.currentToken() == JsonToken.START_ARRAY) {
      xml.append('<').append(name).append('>');
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        write("member", parser, xml);
      }
      xml.append("</").append(name).append('>');
    } else {
      element(name, parser.getText(), xml);
    }
  }

  private static void element(String name, String text, StringBuilder xml) {
    xml.append('<').append(name).append('>');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> xml.append("&amp;");
        case '<' -> xml.append("&lt;");
        case '>' -> xml.append("&gt;");
        // XML has no way to write most control characters.
        default -> xml.append(c < ' ' && c != '\t' && c != '\n' ? '\uFFFD' : c);
      }
    }
    xml.append("</").append(name).append('>');
  }
}
