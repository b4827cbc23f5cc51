package io.github.wxtoken.jdbc;

import io.github.wxtoken.OAuthToken;
import java.sql.Types;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.statement.SqlStatement;

/**
 * The columns of a table of tokens, and the values for them. Wechat-oauth's own table has six
 * columns, all NOT NULL: fields without a column are dropped, and null is stored as the empty
 * string.
 */
final class TokenTable {
  private static final long SOME_TIME = 1_538_990_000_000L;
  private static final long TWO_HOURS = 7_200;
  private static final List<Field> GRANT =
      List.of(Field.ACCESS_TOKEN, Field.REFRESH_TOKEN, Field.SESSION_KEY, Field.CREATE_AT);
  private static final Argument NULL =
      (position, statement, context) -> statement.setNull(position, Types.VARCHAR);

  private final Map<Field, Column> columns = new EnumMap<>(Field.class);
  private final List<Field> fields;
  private final List<Field> grant;

  /**
   * Checks a table.
   *
   * @throws io.github.wxtoken.store.TokenStoreException if the table cannot hold tokens
   */
  TokenTable(Table table) {
    for (Field field : Field.values()) {
      if (!field.isOptional() || table.find(field.column) != null) {
        columns.put(field, required(table, field));
      }
    }
    Set<String> ours = columns.values().stream().map(Column::name).collect(Collectors.toSet());
    table.requireKey(Field.OPENID.column, ours);
    table.requireOthersFilled(ours);
    fields = List.copyOf(columns.keySet());
    grant = GRANT.stream().filter(columns::containsKey).toList();
  }

  private static Column required(Table table, Field field) {
    return switch (field) {
      case CREATE_AT -> table.number(field.column, SOME_TIME);
      case EXPIRES_IN -> table.number(field.column, TWO_HOURS);
      default -> table.text(field.column, 1);
    };
  }

  /** Returns the fields that the table has columns for, in the order of our statements. */
  List<Field> fields() {
    return fields;
  }

  /** Returns the fields that tell one grant from another. */
  List<Field> grant() {
    return grant;
  }

  Column column(Field field) {
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

  /** Binds the key of a row. */
  <S extends SqlStatement<S>> S bindKey(S statement, String openid) {
    return statement.bind(Field.OPENID.column, text(openid));
  }

  /** Binds the fields of a token to the parameters that have their names. */
  <S extends SqlStatement<S>> S bind(S statement, OAuthToken token) {
    fields.forEach(field -> statement.bind(field.column, argument(field, token)));
    return statement;
  }

  /** Binds the fields of several tokens to parameters without names, one row after the other. */
  <S extends SqlStatement<S>> S bindAll(S statement, List<OAuthToken> tokens) {
    int position = 0;
    for (OAuthToken token : tokens) {
      for (Field field : fields) {
        statement.bind(position++, argument(field, token));
      }
    }
    return statement;
  }

  /** Binds the grant that a statement expects in the table. */
  <S extends SqlStatement<S>> S bindExpected(S statement, OAuthToken expected) {
    grant.forEach(field -> statement.bind(field.expected, argument(field, expected)));
    return statement;
  }

  /**
   * Returns the value of a field as JDBI's argument. It is neither a string nor a number, so JDBI
   * searches no conversion for it, which would cost 2 µs, and JDBI's own messages and Flight
   * Recorder events cannot show a token.
   */
  private Argument argument(Field field, OAuthToken token) {
    Object value = field.of(token);
    if (value == null && column(field).nullable()) {
      return NULL;
    }
    if (value instanceof Long number && column(field).isNumber()) {
      return (position, statement, context) -> statement.setLong(position, number);
    }
    return text(value == null ? "" : value.toString());
  }

  private static Argument text(String text) {
    return (position, statement, context) -> statement.setString(position, text);
  }
}
