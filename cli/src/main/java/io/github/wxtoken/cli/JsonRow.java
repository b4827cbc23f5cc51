package io.github.wxtoken.cli;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads a flat JSON object for a mapping: texts and numbers by their names. */
final class JsonRow {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonRow() {}

  /**
   * Reads an object. Values that are objects or lists are left out.
   *
   * @throws IllegalArgumentException if it is none; the message does not quote it
   */
  static Map<String, @Nullable Object> read(String text) {
    Map<String, @Nullable Object> row = new HashMap<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it is no JSON object");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.START_OBJECT || value == JsonToken.START_ARRAY) {
          parser.skipChildren();
        } else if (value != JsonToken.VALUE_NULL) {
          row.put(name, parser.getString());
        }
      }
      return row;
    } catch (JacksonException e) {
      throw new IllegalArgumentException("it is no JSON object");
    }
  }
}
