package io.github.wxtoken.jdbc;

import java.util.List;

/**
 * A kind of database that the suites run on. A further dialect adds one implementation, and one
 * class with the suites; the README of this module lists them.
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

  /** Returns the start of a statement that inserts or replaces a row of the table of tokens. */
  default String replace() {
    return "REPLACE INTO token";
  }

  /** Turns an INSERT into a statement that overwrites the row of the same key, for mutants. */
  default String overwriting(String insert, String key) {
    return insert.replaceFirst("INSERT", "REPLACE");
  }

  /** Makes a database with the table of wechat-oauth's README. */
  default String createWithReadmeTable(String name) throws Exception {
    String url = create(name);
    Servers.execute(url, readmeTable().toArray(String[]::new));
    return url;
  }
}
