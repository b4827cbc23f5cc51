package io.github.wxtoken.jdbc;

import io.github.wxtoken.store.TokenStores;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The statements on a table of tokens, for the columns that it has. */
final class TokenSql {
  /** Rows per page of a scan: about 30 MB with the longest fields. */
  static final int PAGE = 500;

  /** Maximum bytes of a column that a scan reads in a page; a longer row is read by itself. */
  private static final int PAGE_BYTES = 4096;

  /** Maximum bytes of a value that is loaded; a longer one could fill the heap. */
  private static final int MOST_BYTES = 4 * TokenStores.MAX_RECORD_CHARS;

  /** From this size on, MySQL's columns are texts outside its row limit of 65,535 bytes. */
  private static final int UNBOUNDED_BYTES = 65_535;

  final String select;
  final String firstPage;
  final String nextPage;
  final String replace;
  final String insert;
  final String update;
  final String find;
  final String delete;
  final String deleteExpected;
  final String count;

  private final TokenTable table;
  private final Dialect dialect;
  private final String quoted;

  TokenSql(TokenTable table, Dialect dialect, String quoted) {
    this.table = table;
    this.dialect = dialect;
    this.quoted = quoted;
    List<Field> fields = table.fields();
    List<String> columns = fields.stream().map(field -> field.column).toList();
    String openid = quote(Field.OPENID);
    String from = " FROM " + quoted;
    String key = " WHERE " + openid + " = :openid" + dialect.byBytes();

    select = "SELECT " + join(fields, ", ", this::bounded) + from + key + " LIMIT 1";
    replace = dialect.upsert(quoted, Field.OPENID.column, columns);
    insert = dialect.ifAbsent("INSERT" + dialect.into(quoted, columns), Field.OPENID.column);
    String expected =
        key + " AND " + join(table.grant(), " AND ", field -> same(field, ":" + field.expected));
    // Without the key, so that SQLite does not write its index again.
    List<Field> values = fields.stream().filter(field -> field != Field.OPENID).toList();
    update =
        "UPDATE "
            + quoted
            + " SET "
            + join(values, ", ", field -> quote(field) + " = :" + field.column)
            + expected;
    find =
        "SELECT 1"
            + from
            + key
            + " AND "
            + join(fields, " AND ", field -> same(field, ":" + field.column))
            + " LIMIT 1";
    delete = "DELETE" + from + key;
    deleteExpected = "DELETE" + from + expected;
    count = "SELECT COUNT(*)" + from + " LIMIT 1";

    String page =
        "SELECT "
            + join(fields, ", ", this::inPage)
            + ", "
            + dialect.position(openid)
            + ", "
            + isLong()
            + from
            + " WHERE "
            + openid;
    String ordered = " ORDER BY " + openid + dialect.byBytes() + " LIMIT " + PAGE;
    firstPage = page + " IS NOT NULL" + ordered;
    nextPage = page + " > " + dialect.behind(table.column(Field.OPENID)) + ordered;
  }

  /**
   * Returns a statement that inserts several rows. Its parameters have no names: they are the
   * fields of the first row, then those of the second, and so on.
   */
  String insertAll(int rows) {
    String row = "(" + join(table.fields(), ", ", field -> "?") + ")";
    String insert =
        "INSERT INTO "
            + quoted
            + "("
            + join(table.fields(), ", ", this::quote)
            + ") VALUES "
            + String.join(", ", Collections.nCopies(rows, row));
    String returning = dialect.returning(Field.OPENID.column);
    return dialect.ifAbsent(insert, Field.OPENID.column) + (returning == null ? "" : returning);
  }

  /**
   * Returns an expression that loads a value, or a text that is too long in place of a longer one.
   */
  private String bounded(Field field) {
    // A row that is found by its openid has no longer one.
    return isUnbounded(field) && field != Field.OPENID
        ? "CASE WHEN OCTET_LENGTH(%1$s) > %2$d THEN %3$s ELSE %1$s END"
            .formatted(quote(field), MOST_BYTES, dialect.tooLong(quote(field)))
        : quote(field);
  }

  /** Returns an expression that loads a value, or NULL in place of a long one. */
  private String inPage(Field field) {
    // The beginning of a long key is shown; with the question mark it cannot be mistaken for a key.
    String instead = field == Field.OPENID ? " ELSE SUBSTR(%s, 1, 128) || '?'" : "";
    return isUnbounded(field)
        ? ("CASE WHEN OCTET_LENGTH(%1$s) <= %2$d THEN %1$s"
                + instead.formatted(quote(field))
                + " END")
            .formatted(quote(field), PAGE_BYTES)
        : quote(field);
  }

  /** Returns the condition that a row has a value that a page does not load. */
  private String isLong() {
    List<Field> unbounded = table.fields().stream().filter(this::isUnbounded).toList();
    return unbounded.isEmpty()
        ? "0"
        : "CASE WHEN "
            + join(unbounded, " OR ", field -> "OCTET_LENGTH(" + quote(field) + ") > " + PAGE_BYTES)
            + " THEN 1 ELSE 0 END";
  }

  private boolean isUnbounded(Field field) {
    return !dialect.enforcesLength() || table.column(field).bytes() >= UNBOUNDED_BYTES;
  }

  /**
   * Returns the comparison of a field. On a text column, MySQL would treat '1538990000000x' as
   * equal to the number.
   */
  private String same(Field field, String parameter) {
    return table.column(field).isNumber()
        ? quote(field) + " = " + parameter
        : dialect.sameBytes(quote(field), parameter);
  }

  private String quote(Field field) {
    return dialect.quote(field.column);
  }

  private static String join(List<Field> fields, String by, Function<Field, String> text) {
    return fields.stream().map(text).collect(Collectors.joining(by));
  }
}
