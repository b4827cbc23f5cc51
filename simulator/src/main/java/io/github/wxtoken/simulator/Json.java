package io.github.wxtoken.simulator;

import java.io.StringWriter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/** Maps to JSON, and flat JSON objects to maps. */
final class Json {
  private static final JsonFactory PLAIN =
      JsonFactory.builder().disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES).build();
  private static final JsonFactory ESCAPED_SLASHES =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES).build();

  private Json() {}

  /**
   * Writes and reads once, so that a missing or older Jackson shows before the first request.
   *
   * @throws LinkageError if it is missing or too old
   */
  static void requireJackson() {
    readFlat(write(object("a", 1), true));
  }

  /** An object whose fields stay in this order. */
  static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }

  static String write(Map<String, Object> object, boolean escapeSlashes) {
    StringWriter out = new StringWriter();
    JsonFactory factory = escapeSlashes ? ESCAPED_SLASHES : PLAIN;
    try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), out)) {
      write(generator, object);
    }
    return out.toString();
  }

  private static void write(JsonGenerator out, Object value) {
    if (value instanceof Map<?, ?> map) {
      out.writeStartObject();
      map.forEach(
          (name, member) -> {
            out.writeName((String) name);
            write(out, member);
          });
      out.writeEndObject();
    } else if (value instanceof List<?> list) {
      out.writeStartArray();
      list.forEach(member -> write(out, member));
      out.writeEndArray();
    } else if (value instanceof Number number) {
      out.writeNumber(number.longValue());
    } else if (value instanceof Boolean bool) {
      out.writeBoolean(bool);
    } else {
      out.writeString(value.toString());
    }
  }

  /**
   * The scalar members of an object as text.
   *
   * @throws IllegalArgumentException if it is not a JSON object
   */
  static Map<String, String> readFlat(String json) {
    try (JsonParser parser = PLAIN.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a JSON object");
      }
      Map<String, String> members = new HashMap<>();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        JsonToken value = parser.nextToken();
        if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
          members.put(name, parser.getString());
        }
        parser.skipChildren();
      }
      return members;
    } catch (JacksonException e) {
      throw new IllegalArgumentException("not JSON", e);
    }
  }
}
