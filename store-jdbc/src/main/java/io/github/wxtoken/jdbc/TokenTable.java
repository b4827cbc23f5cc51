package io.github.wxtoken.jdbc;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStores;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table of tokens: its columns, the SQL that follows from them, and the conversion between
 * tokens and rows. Wechat-oauth's own table has six columns, all NOT NULL: fields without a column
 * are dropped, and null is stored as the empty string.
 */
final class TokenTable {
  /** Rows per page of a scan: about 30 MB with the longest fields. */
  static final int PAGE = 500;

  /** Maximum bytes of a column that a scan reads in a page; a longer row is read by itself. */
  private static final int PAGE_BYTES = 4096;

  /** Maximum bytes of a value that is loaded; a longer one could fill the heap. */
  private static final int MOST_BYTES = 4 * TokenStores.MAX_RECORD_CHARS;

  /** From this size on, MySQL's columns are texts outside its row limit of 65,535 bytes. */
  private static final int UNBOUNDED_BYTES = 65_535;

  private static final long SOME_TIME = 1_538_990_000_000L;
  private static final long TWO_HOURS = 7_200;
  private static final List<Field> GRANT =
      List.of(Field.ACCESS_TOKEN, Field.REFRESH_TOKEN, Field.SESSION_KEY, Field.CREATE_AT);

  private final Map<Field, Column> columns = new EnumMap<>(Field.class);
  private final List<Field> fields;
  private final List<Field> grant;

  /** The column of each field in a row, from 1. */
  private final Map<Field, Integer> positions = new EnumMap<>(Field.class);

  /** The fields whose column type has no limit. */
  private final List<Field> guarded;

  final String select;
  final String firstPage;
  final String nextPage;
  final String replace;
  final String insert;
  final String update;
  final String find;
  final String delete;

  /**
   * Checks a table and prepares its statements.
   *
   * @throws io.github.wxtoken.store.TokenStoreException if the table cannot hold tokens
   */
  TokenTable(Table table, Dialect dialect, String quoted) {
    for (Field field : Field.values()) {
      if (!field.isOptional() || table.find(field.column) != null) {
        columns.put(field, required(table, field));
      }
    }
    Set<String> ours = columns.values().stream().map(Column::name).collect(Collectors.toSet());
    table.requireKey(Field.OPENID.column, ours);
    table.requireOthersFilled(ours);

    fields = List.copyOf(columns.keySet());
    fields.forEach(field -> positions.put(field, fields.indexOf(field) + 1));
    grant = GRANT.stream().filter(columns::containsKey).toList();
    // SQLite enforces no length, whatever the type says.
    guarded =
        fields.stream()
            .filter(f -> dialect == Dialect.SQLITE || column(f).bytes() >= UNBOUNDED_BYTES)
            .toList();
    String names = join(fields, ", ", field -> quote(field));
    String values =
        " INTO " + quoted + "(" + names + ") VALUES (" + join(fields, ", ", f -> "?") + ")";
    String grants = join(grant, " AND ", field -> same(field, dialect));
    String key = " WHERE " + quote(Field.OPENID) + " = ?" + dialect.byBytes;
    String from = " FROM " + quoted;
    select = "SELECT " + bounded(MOST_BYTES) + from + key + " LIMIT 1";
    String openid = quote(Field.OPENID);
    String page =
        "SELECT " + bounded(PAGE_BYTES) + ", " + dialect.place(openid) + from + " WHERE " + openid;
    String ordered = " ORDER BY " + openid + dialect.byBytes + " LIMIT " + PAGE;
    firstPage = page + " IS NOT NULL" + ordered;
    nextPage = page + " > " + dialect.behind(column(Field.OPENID)) + ordered;
    replace = "REPLACE" + values;
    insert = "INSERT" + values;
    update =
        "UPDATE "
            + quoted
            + " SET "
            + join(fields, ", ", field -> quote(field) + " = ?")
            + key
            + " AND "
            + grants;
    String all = join(fields, " AND ", f -> same(f, dialect));
    find = "SELECT 1" + from + key + " AND " + all + " LIMIT 1";
    delete = "DELETE FROM " + quoted + key;
  }

  private static Column required(Table table, Field field) {
    return switch (field) {
      case CREATE_AT -> table.number(field.column, SOME_TIME);
      case EXPIRES_IN -> table.number(field.column, TWO_HOURS);
      default -> table.text(field.column, 1);
    };
  }

  /**
   * Returns the columns to select: NULL in place of longer values, and at the end the name of the
   * longer column.
   */
  private String bounded(int bytes) {
    String values =
        join(fields, ", ", field -> guarded.contains(field) ? unless(field, bytes) : quote(field));
    return guarded.isEmpty()
        ? values
        : values + ", CASE " + join(guarded, " ", field -> when(field, bytes)) + " END";
  }

  private static String unless(Field field, int bytes) {
    // A part of a key that is too long is shown; with the question mark it cannot be mistaken for a
    // key.
    String instead = field == Field.OPENID ? " ELSE SUBSTR(`openid`, 1, 128) || '?'" : "";
    return String.format(
        Locale.ROOT,
        "CASE WHEN OCTET_LENGTH(%1$s) <= %2$d THEN %1$s%3$s END",
        quote(field),
        bytes,
        instead);
  }

  private static String when(Field field, int bytes) {
    return String.format(
        Locale.ROOT, "WHEN OCTET_LENGTH(%s) > %d THEN '%s'", quote(field), bytes, field.column);
  }

  private static String quote(Field field) {
    return Table.quote(field.column);
  }

  private static String join(List<Field> fields, String by, Function<Field, String> text) {
    return fields.stream().map(text).collect(Collectors.joining(by));
  }

  /**
   * Returns the comparison of a field. On a text column, MySQL would treat '1538990000000x' as
   * equal to the number.
   */
  private String same(Field field, Dialect dialect) {
    return column(field).isNumber() ? quote(field) + " = ?" : dialect.same(quote(field));
  }

  private Column column(Field field) {
    return Objects.requireNonNull(columns.get(field));
  }

  /**
   * Refuses a key that does not fit the table.
   *
   * @throws IllegalArgumentException if it is longer than the column
   */
  void checkKey(String openid) {
    column(Field.OPENID).check(openid);
  }

  /**
   * Refuses a token that does not fit the table.
   *
   * @throws IllegalArgumentException if a field does not fit its column
   */
  void check(OAuthToken token) {
    if (token.accessToken() == null && !holdsSessions()) {
      throw new IllegalArgumentException(
          "token must have an access_token: the table has no place for a mini program's session,"
              + " which needs a column session_key, and access_token and refresh_token nullable");
    }
    for (Field field : fields) {
      column(field).check(field.of(token));
    }
  }

  private boolean holdsSessions() {
    return columns.containsKey(Field.SESSION_KEY)
        && column(Field.ACCESS_TOKEN).nullable()
        && column(Field.REFRESH_TOKEN).nullable();
  }

  /** Binds the parameters of {@link #replace} and {@link #insert}. */
  void bindRow(PreparedStatement statement, OAuthToken token) throws SQLException {
    bind(statement, 0, fields, token);
  }

  /** Binds {@link #update}, which writes one token over the grant of another. */
  void bindUpdate(PreparedStatement statement, OAuthToken expected, OAuthToken token)
      throws SQLException {
    int bound = bind(statement, 0, fields, token);
    statement.setString(++bound, token.openid());
    bind(statement, bound, grant, expected);
  }

  /** Binds {@link #find}, which finds the row that equals a token in all columns. */
  void bindFind(PreparedStatement statement, OAuthToken token) throws SQLException {
    statement.setString(1, token.openid());
    bind(statement, 1, fields, token);
  }

  private int bind(PreparedStatement statement, int bound, List<Field> what, OAuthToken token)
      throws SQLException {
    int index = bound;
    for (Field field : what) {
      Object value = field.of(token);
      index++;
      if (value == null && column(field).nullable()) {
        statement.setNull(index, Types.VARCHAR);
      } else if (value instanceof Long number && column(field).isNumber()) {
        statement.setLong(index, number);
      } else {
        statement.setString(index, value == null ? "" : value.toString());
      }
    }
    return index;
  }

  /**
   * Reads the current row of the result.
   *
   * @param key the key of the request
   * @throws CorruptTokenException if the row is not a token of that key; the message does not show
   *     it
   */
  OAuthToken read(ResultSet row, String key) throws SQLException {
    String longer = longer(row);
    if (longer != null) {
      throw new CorruptTokenException(key, tooLong(longer));
    }
    if (!key.equals(text(row, Field.OPENID))) {
      throw new CorruptTokenException(key, "it is of another openid");
    }
    try {
      return OAuthToken.builder()
          .accessToken(text(row, Field.ACCESS_TOKEN))
          .expiresIn(number(row, Field.EXPIRES_IN))
          .refreshToken(text(row, Field.REFRESH_TOKEN))
          .openid(key)
          .scope(text(row, Field.SCOPE))
          .createAt(number(row, Field.CREATE_AT))
          .unionid(text(row, Field.UNIONID))
          .sessionKey(text(row, Field.SESSION_KEY))
          .extraJson(text(row, Field.EXTRA))
          .build();
    } catch (IllegalArgumentException e) {
      throw new CorruptTokenException(key, String.valueOf(e.getMessage()));
    }
  }

  /**
   * A row of a scan.
   *
   * @param place where the next page begins
   * @param openid its key, or the part of it that can be shown
   * @param token null if the row must be read by itself, or cannot be read
   * @param corrupt why the row cannot be read
   */
  record Row(
      String place,
      String openid,
      @Nullable OAuthToken token,
      @Nullable CorruptTokenException corrupt) {}

  /** Reads the current row of a page. */
  Row readRow(ResultSet row) throws SQLException {
    String place = row.getString(fields.size() + (guarded.isEmpty() ? 1 : 2));
    String openid =
        Objects.requireNonNullElse(
            row.getString(Objects.requireNonNull(positions.get(Field.OPENID))), "");
    // SQLite distinguishes 'oA' from x'6f41', and callers never ask for the latter.
    if (!TokenStores.isOpenid(openid) || place.startsWith("blob")) {
      return corrupt(
          place,
          new CorruptTokenException(
              shown(openid), "its openid is not a text of 1 to 128 characters of [A-Za-z0-9_:-]"));
    }
    if (longer(row) != null) {
      return new Row(place, openid, null, null);
    }
    try {
      return new Row(place, openid, read(row, openid), null);
    } catch (CorruptTokenException e) {
      return corrupt(place, e);
    }
  }

  private static Row corrupt(String place, CorruptTokenException e) {
    return new Row(place, e.openid(), null, e);
  }

  /**
   * Returns the part of a key that can be shown. The question mark at its end shows that it is no
   * key, and it cannot forge a log line.
   */
  private static String shown(String openid) {
    String start = openid.substring(0, Math.min(openid.length(), 128));
    return start.replaceAll("[^A-Za-z0-9_:-]", "?") + "?";
  }

  private @Nullable String longer(ResultSet row) throws SQLException {
    return guarded.isEmpty() ? null : row.getString(fields.size() + 1);
  }

  private static String tooLong(String column) {
    return column + " is longer than " + TokenStores.MAX_RECORD_CHARS + " characters";
  }

  private @Nullable String text(ResultSet row, Field field) throws SQLException {
    Integer position = positions.get(field);
    String text = position == null ? null : row.getString(position);
    if (text != null && text.length() > TokenStores.MAX_RECORD_CHARS) {
      throw new IllegalArgumentException(tooLong(field.column));
    }
    return text != null && text.isEmpty() && !column(field).nullable() ? null : text;
  }

  /**
   * Reads a number as text from any column: SQLite stores any value in any column, and getLong
   * reads text as 0.
   */
  private long number(ResultSet row, Field field) throws SQLException {
    String digits = row.getString(Objects.requireNonNull(positions.get(field)));
    try {
      if (digits != null && isCanonical(digits)) {
        return Long.parseLong(digits);
      }
    } catch (NumberFormatException e) {
      // Larger than a long: reported below, without the digits.
    }
    throw new IllegalArgumentException(field.column + " is not a whole number from 0");
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
