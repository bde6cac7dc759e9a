// SPDX-License-Identifier: Apache-2.0
package io.kpl4j.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A Kinesis record that the official KPL wrote, and the user records it wrote it from. */
record GoldenRecord(
    String partitionKey, String explicitHashKey, @Nullable List<Put> userRecords, String data) {

  private static final JsonFactory JSON = new JsonFactory();

  /** The part of the file that is committed. */
  static List<GoldenRecord> sample() throws IOException {
    try (InputStream in =
        requireNonNull(
            GoldenRecord.class.getResourceAsStream("golden-sample.jsonl"), "golden-sample.jsonl")) {
      return read(in);
    }
  }

  static Path fullFile() {
    return Path.of(requireNonNull(System.getProperty("kpl.golden.dir"), "kpl.golden.dir"))
        .resolve("kpl-1.1.1-records.jsonl")
        .normalize();
  }

  static List<GoldenRecord> all() throws IOException {
    try (InputStream in = Files.newInputStream(fullFile())) {
      return read(in);
    }
  }

  boolean isAggregate() {
    return userRecords != null;
  }

  byte[] bytes() {
    return HexFormat.of().parseHex(data);
  }

  private static List<GoldenRecord> read(InputStream in) throws IOException {
    List<GoldenRecord> records = new ArrayList<>();
    try (JsonParser json = JSON.createParser(in)) {
      while (json.nextToken() == JsonToken.START_OBJECT) {
        records.add(readRecord(json));
      }
    }
    return records;
  }

  private static GoldenRecord readRecord(JsonParser json) throws IOException {
    String partitionKey = "";
    String explicitHashKey = null;
    List<Put> userRecords = null;
    String data = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "partitionKey" -> partitionKey = text(json.getText());
        case "explicitHashKey" -> explicitHashKey = json.getValueAsString();
        case "data" -> data = json.getText();
        case "userRecords" -> userRecords = readUserRecords(json);
        default -> throw new IOException("unknown field " + field);
      }
    }
    return new GoldenRecord(
        partitionKey, requireNonNull(explicitHashKey, "explicitHashKey"), userRecords, data);
  }

  private static List<Put> readUserRecords(JsonParser json) throws IOException {
    List<Put> puts = new ArrayList<>();
    while (json.nextToken() == JsonToken.START_OBJECT) {
      String partitionKey = "";
      String explicitHashKey = null;
      String data = "";
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String field = json.currentName();
        json.nextToken();
        switch (field) {
          case "partitionKey" -> partitionKey = text(json.getText());
          case "explicitHashKey" -> explicitHashKey = json.getValueAsString();
          case "data" -> data = json.getText();
          default -> throw new IOException("unknown field " + field);
        }
      }
      puts.add(new Put(partitionKey, explicitHashKey, data));
    }
    return puts;
  }

  private static String text(String hexOfUtf8) {
    return new String(HexFormat.of().parseHex(hexOfUtf8), UTF_8);
  }
}
