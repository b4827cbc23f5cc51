package io.github.wxtoken.jdbc;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenRecords;
import io.github.wxtoken.store.TokenStores;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Converts the rows that {@link TokenSql} selects into tokens, or says why they are corrupt. */
final class TokenRows {
  private final TokenTable table;

  TokenRows(TokenTable table) {
    this.table = table;
  }

  /**
   * A row of a page.
   *
   * @param texts the values, apart from long ones
   * @param position where the next page begins
   * @param isLong whether the row must be read by itself
   */
  record Row(Map<Field, String> texts, String position, boolean isLong) {}

  /** Reads the current row of a page. */
  Row readRow(ResultSet row) throws SQLException {
    int last = table.fields().size();
    return new Row(readTexts(row), row.getString(last + 1), row.getBoolean(last + 2));
  }

  /**
   * Reads the values of the current row, numbers too: SQLite stores any value in any column, and
   * getLong reads text as 0.
   */
  Map<Field, String> readTexts(ResultSet row) throws SQLException {
    Map<Field, String> texts = new EnumMap<>(Field.class);
    List<Field> fields = table.fields();
    for (int i = 0; i < fields.size(); i++) {
      String text = row.getString(i + 1);
      if (text != null) {
        texts.put(fields.get(i), text);
      }
    }
    return texts;
  }

  /**
   * Returns the key of a row.
   *
   * @throws CorruptTokenException if it is no openid
   */
  String key(Row row) {
    String openid = row.texts().getOrDefault(Field.OPENID, "");
    // SQLite distinguishes 'oA' from x'6f41', and callers never ask for the latter.
    if (!TokenStores.isOpenid(openid) || row.position().startsWith("blob")) {
      throw new CorruptTokenException(
          shown(openid), "its openid is not a text of 1 to 128 characters of [A-Za-z0-9_:-]");
    }
    return openid;
  }

  /**
   * Returns the part of a key that can be shown. The question mark at its end shows that it is no
   * key, and it cannot forge a log line.
   */
  private static String shown(String openid) {
    String start = openid.substring(0, Math.min(openid.length(), 128));
    return start.replaceAll("[^A-Za-z0-9_:-]", "?") + "?";
  }

  /**
   * Returns the token of a row.
   *
   * @param key the key of the request
   * @throws CorruptTokenException if the values are not a token of that key; the message does not
   *     show them
   */
  OAuthToken token(String key, Map<Field, String> texts) {
    return TokenRecords.read(
        key,
        () ->
            OAuthToken.builder()
                .openid(texts.getOrDefault(Field.OPENID, ""))
                .accessToken(text(texts, Field.ACCESS_TOKEN))
                .expiresIn(number(texts, Field.EXPIRES_IN))
                .refreshToken(text(texts, Field.REFRESH_TOKEN))
                .scope(text(texts, Field.SCOPE))
                .createAt(number(texts, Field.CREATE_AT))
                .unionid(text(texts, Field.UNIONID))
                .sessionKey(text(texts, Field.SESSION_KEY))
                .extraJson(text(texts, Field.EXTRA))
                .build());
  }

  /** Returns a text; null if there is none, or if the empty string stands for null. */
  private @Nullable String text(Map<Field, String> texts, Field field) {
    String text = bounded(texts, field);
    return text != null && text.isEmpty() && !table.column(field).nullable() ? null : text;
  }

  private static long number(Map<Field, String> texts, Field field) {
    String digits = bounded(texts, field);
    try {
      if (digits != null && isCanonical(digits)) {
        return Long.parseLong(digits);
      }
    } catch (NumberFormatException e) {
      // Larger than a long: reported below, without the digits.
    }
    throw new IllegalArgumentException(field.column + " is not a whole number from 0");
  }

  private static @Nullable String bounded(Map<Field, String> texts, Field field) {
    String text = texts.get(field);
    if (text != null && text.length() > TokenStores.MAX_RECORD_CHARS) {
      throw new IllegalArgumentException(
          field.column + " is longer than " + TokenStores.MAX_RECORD_CHARS + " characters");
    }
    return text;
  }

  /**
   * Tells whether a number has its only accepted form: the database compares texts, so the text
   * must be the one that we write.
   */
  private static boolean isCanonical(String digits) {
    for (int i = 0; i < digits.length(); i++) {
      char c = digits.charAt(i);
      if (c < '0' || c > '9') {
        return false;
      }
    }
    return digits.length() == 1 || (!digits.isEmpty() && digits.charAt(0) != '0');
  }
}
