package io.github.wxtoken;

import io.github.wxtoken.store.TokenStores;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * JSON objects as maps, both ways, without loss: numbers keep their digits, fields their order.
 *
 * <p>No message of Jackson's is passed on: it quotes the text that it could not read.
 */
final class Json {
  /**
   * The maximum length of a text that is read, in characters; WeChat's answers and our records have
   * a few hundred.
   */
  static final int MAX_CHARS = TokenStores.MAX_RECORD_CHARS;

  private static final int MAX_DIGITS = 100;

  /** As a number is written: its digits, up to seven zeros before them, and an exponent. */
  private static final int MAX_NUMBER_CHARS = MAX_DIGITS + 20;

  private static final BigInteger TOO_MANY_DIGITS = BigInteger.TEN.pow(MAX_DIGITS);

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(32)
                  .maxNumberLength(MAX_NUMBER_CHARS)
                  .maxStringLength(MAX_CHARS)
                  .build())
          // Nicknames hold raw control characters (docs/wechat-protocol.md#http-and-json).
          .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
          // JSON.stringify writes "/" and \u001f, and files are shared with Node.
          .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .build();

  private Json() {}

  /**
   * Reads one JSON object. If a field occurs twice, the last one counts, as in JSON.parse.
   *
   * @param text the JSON
   * @return fields in order; values are String, Long, BigInteger, BigDecimal, Boolean, List, Map,
   *     null
   * @throws IllegalArgumentException if the text is anything else; the message does not quote it
   */
  static Map<String, @Nullable Object> readObject(@Nullable String text) {
    if (text == null) {
      throw new IllegalArgumentException("not a JSON object");
    }
    String json = withoutByteOrderMark(text);
    if (json.length() > MAX_CHARS) {
      throw new IllegalArgumentException("more than " + MAX_CHARS + " characters");
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("not a JSON object");
      }
      Map<String, @Nullable Object> object = object(parser);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("more than one JSON value");
      }
      return object;
    } catch (JacksonException | NumberFormatException e) {
      throw new IllegalArgumentException("not well-formed JSON");
    }
  }

  /** Tells whether {@link #readObject} reads a text. */
  static boolean isObject(String text) {
    try {
      readObject(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Windows editors and PHP files put one or more before the text, also after white space. */
  private static String withoutByteOrderMark(String text) {
    int start = 0;
    while (start < text.length() && isBeforeJson(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  private static boolean isBeforeJson(char c) {
    return c == '\ufeff' || c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  /** Writes what {@link #readObject} reads. */
  static String write(Map<String, ? extends @Nullable Object> object) {
    return write(json -> object.forEach((name, value) -> put(json, name, value)));
  }

  /** Writes an object into which the fields are {@link #put}. */
  static String write(Consumer<JsonGenerator> fields) {
    StringWriter text = new StringWriter(512);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      fields.accept(json);
      json.writeEndObject();
    } catch (JacksonException e) {
      throw new IllegalArgumentException("too many levels of lists and maps for JSON");
    }
    return wellFormed(text.toString());
  }

  /**
   * Escapes halves of surrogate pairs, as JSON.stringify does: they have no UTF-8, and a file or
   * Redis would keep a question mark instead.
   */
  private static String wellFormed(String json) {
    if (json.chars().noneMatch(c -> Character.isSurrogate((char) c))) {
      return json; // as nearly all are: this is done for each save
    }
    StringBuilder text = new StringBuilder(json.length());
    for (int i = 0; i < json.length(); i += Character.charCount(json.codePointAt(i))) {
      int c = json.codePointAt(i);
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        text.append("\\u").append(Integer.toHexString(c));
      } else {
        text.appendCodePoint(c);
      }
    }
    return text.toString();
  }

  /** Puts a field into the object that is being written. */
  static void put(JsonGenerator json, String name, @Nullable Object value) {
    json.writeName(name);
    write(json, value);
  }

  private static Map<String, @Nullable Object> object(JsonParser parser) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, value(parser));
    }
    return fields;
  }

  private static @Nullable Object value(JsonParser parser) {
    return switch (parser.currentToken()) {
      case START_OBJECT -> Collections.unmodifiableMap(object(parser));
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> decimal(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static List<@Nullable Object> array(JsonParser parser) {
    List<@Nullable Object> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value(parser));
    }
    return Collections.unmodifiableList(items);
  }

  private static Object integer(JsonParser parser) {
    return switch (parser.getNumberType()) {
      case INT, LONG -> parser.getLongValue();
      default -> requireDigits(parser.getBigIntegerValue());
    };
  }

  private static BigDecimal decimal(JsonParser parser) {
    BigDecimal number = parser.getDecimalValue();
    requireDigits(number.unscaledValue());
    return number;
  }

  /** Digits are counted and not characters, so what was read is read again as it is written. */
  private static BigInteger requireDigits(BigInteger digits) {
    if (digits.abs().compareTo(TOO_MANY_DIGITS) >= 0) {
      throw new NumberFormatException();
    }
    return digits;
  }

  private static void write(JsonGenerator json, @Nullable Object value) {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Integer || value instanceof Long) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof BigInteger number) {
      json.writeNumber(number);
    } else if (value instanceof BigDecimal number) {
      json.writeNumber(number);
    } else if (value instanceof List<?> items) {
      json.writeStartArray();
      items.forEach(item -> write(json, item));
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> fields) {
      json.writeStartObject();
      fields.forEach((name, item) -> put(json, String.valueOf(name), item));
      json.writeEndObject();
    } else {
      throw new IllegalArgumentException(value.getClass().getName() + " is not a JSON value");
    }
  }
}
