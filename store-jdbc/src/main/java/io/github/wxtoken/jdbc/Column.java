package io.github.wxtoken.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A column as the database describes it.
 *
 * @param name in lower case
 * @param kind {@code text}, {@code number}, or the name of a type that is of no use here
 * @param type the type as it was declared
 * @param limit how many characters, or the largest number, it can hold
 * @param bytes how many bytes of text it can hold
 * @param nullable whether it takes NULL
 * @param filled whether the database fills it where a statement does not name it
 * @param distinct whether that is NULL, or another value in each row
 * @param charset the character set of a text
 * @param collation how keys are compared
 * @param bytewise whether that is byte by byte
 */
record Column(
    String name,
    String kind,
    String type,
    long limit,
    long bytes,
    boolean nullable,
    boolean filled,
    boolean distinct,
    String charset,
    String collation,
    boolean bytewise) {

  static Column of(ResultSet row) throws SQLException {
    return new Column(
        row.getString(1).toLowerCase(Locale.ROOT),
        row.getString(2).toLowerCase(Locale.ROOT),
        row.getString(3).toLowerCase(Locale.ROOT),
        row.getLong(4),
        row.getLong(5),
        row.getBoolean(6),
        row.getBoolean(7),
        row.getBoolean(8),
        Objects.requireNonNullElse(row.getString(9), ""),
        Objects.requireNonNullElse(row.getString(10), "binary"),
        row.getBoolean(11));
  }

  boolean isText() {
    return kind.equals("text");
  }

  boolean isNumber() {
    return kind.equals("number");
  }

  /**
   * Refuses what the column cannot hold: a server without strict mode would cut it silently.
   *
   * @param value what is to be stored
   * @throws IllegalArgumentException if it does not fit; the message does not show it
   */
  void check(@Nullable Object value) {
    if (value instanceof Long number && isNumber()) {
      if (number > limit) {
        throw unfit("at most " + limit);
      }
    } else if (value != null) {
      checkText(value.toString());
    }
  }

  private void checkText(String text) {
    int last = lastCodePoint();
    long characters = 0;
    long utf8 = 0;
    for (int i = 0; i < text.length(); characters++) {
      int c = text.codePointAt(i);
      // Half of a surrogate pair has no encoding: the driver would write a question mark.
      boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      if (c > last || half) {
        throw unfit("of characters that its column's charset " + charset + " has");
      }
      utf8 += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      i += Character.charCount(c);
    }
    if (characters > limit || utf8 > bytes) {
      throw unfit("at most " + limit + " characters long");
    }
  }

  private int lastCodePoint() {
    return switch (charset) {
      case "utf8mb4", "utf16", "utf16le", "utf32", "gb18030" -> Character.MAX_CODE_POINT;
      case "utf8", "utf8mb3", "ucs2" -> 0xffff;
      default -> 0x7f;
    };
  }

  private IllegalArgumentException unfit(String rule) {
    return new IllegalArgumentException(name + " must be " + rule);
  }
}
