package io.github.wxtoken.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * A kind of database that the suites run on. A further dialect adds one implementation, which names
 * its server, and the suites; the README of this module lists them.
 */
interface TestDatabase {
  Dialect dialect();

  /**
   * Makes an empty database.
   *
   * @param name a name that no other suite uses
   * @return its URL, to which options can be added by {@code &}
   */
  String create(String name) throws Exception;

  /** Returns the statements that create the table of wechat-oauth's README. */
  List<String> readmeTable();

  /** Turns an INSERT into a statement that overwrites the row of the same key. */
  default String overwriting(String insert, String key) {
    return insert.replaceFirst("INSERT", "REPLACE");
  }

  /**
   * Returns the statement of wechat-oauth's README, which sets the columns that it does not name to
   * their defaults.
   *
   * @param ours whether the table is one of ours, with three more columns
   */
  default String replaceOfNode(boolean ours) {
    return overwriting(
        "INSERT INTO token(access_token, expires_in, refresh_token, openid, scope,"
            + " create_at) VALUES(?, ?, ?, ?, ?, ?)",
        "openid");
  }

  /** Returns a comparison of a number with a parameter, both as floating point. */
  default String asFloatingPoint(String column) {
    return column + " + 0e0 = ? + 0e0";
  }

  /** Binds a text for a column that may have a number. */
  default void bindText(PreparedStatement statement, int index, String text) throws SQLException {
    statement.setString(index, text);
  }

  /** Makes a database with the table of wechat-oauth's README. */
  default String createWithReadmeTable(String name) throws Exception {
    String url = create(name);
    Servers.execute(url, readmeTable().toArray(String[]::new));
    return url;
  }
}
