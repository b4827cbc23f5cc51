package io.github.wxtoken.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A column as the database describes it.
 *
 * @param name the name in lower case
 * @param kind {@code text}, {@code number}, or the name of a type that the store cannot use here
 * @param type the type as declared
 * @param limit the maximum number of characters, or the largest number
 * @param bytes the maximum number of bytes of a text
 * @param nullable whether the column accepts NULL
 * @param filled whether the database supplies a value if a statement does not name the column
 * @param distinct whether that value is NULL, or differs in each row
 * @param charset the character set of a text, with {@link #WITHOUT_NUL} behind it or not
 * @param collation the collation that compares keys
 * @param bytewise whether the collation compares byte by byte
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
  /** Stands behind the name of a character set if the database takes no NUL in a text. */
  static final String WITHOUT_NUL = " without NUL";

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
   * Refuses a value that does not fit the column: a server without strict mode would truncate it
   * silently.
   *
   * @param value the value to be stored
   * @throws IllegalArgumentException if the value does not fit; the message does not show it
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
    int first = charset.endsWith(WITHOUT_NUL) ? 1 : 0;
    int last = lastCodePoint();
    long characters = 0;
    long utf8 = 0;
    for (int i = 0; i < text.length(); characters++) {
      int c = text.codePointAt(i);
      // Half of a surrogate pair has no encoding: the driver would write a question mark.
      boolean half = c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
      if (c < first || c > last || half) {
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
    return switch (charset.replace(WITHOUT_NUL, "")) {
      case "UTF8", "utf8mb4", "utf16", "utf16le", "utf32", "gb18030" -> Character.MAX_CODE_POINT;
      case "utf8", "utf8mb3", "ucs2" -> 0xffff;
      default -> 0x7f;
    };
  }

  private IllegalArgumentException unfit(String rule) {
    return new IllegalArgumentException(name + " must be " + rule);
  }
}
