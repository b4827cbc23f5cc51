package io.github.wxtoken.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.OAuthToken;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Plain JDBC: the statements of {@code JdbcTokenStore} and nothing else. */
final class JdbcContender implements Contender<OAuthToken> {
  private static final String VALUES =
      "`access_token`, `expires_in`, `refresh_token`, `scope`, `create_at`, `unionid`,"
          + " `session_key`, `extra`";
  private static final String COLUMNS = "`openid`, " + VALUES;
  private static final int COUNT = 9;

  private final HikariDataSource pool;
  private final String select;
  private final String replace;
  private final String update;

  /** The differences between the store's dialects: the comparison of keys and of texts. */
  enum Dialect {
    MYSQL(
        "",
        "CAST(CONVERT(`%s` USING utf8mb4) AS BINARY) <=> CAST(CONVERT(? USING utf8mb4) AS BINARY)") {
      @Override
      String save(String table) {
        return "REPLACE" + into(table);
      }
    },
    POSTGRESQL("", "`%s` COLLATE `C` IS NOT DISTINCT FROM ?") {
      @Override
      String quoted(String sql) {
        return sql.replace('`', '"');
      }
    },
    SQLITE(" COLLATE BINARY", "CAST(`%s` AS BLOB) IS CAST(? AS BLOB)");

    final String byBytes;
    final String same;

    Dialect(String byBytes, String same) {
      this.byBytes = byBytes;
      this.same = same;
    }

    static String into(String table) {
      return " INTO `" + table + "`(" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    }

    String save(String table) {
      return "INSERT"
          + into(table)
          + " ON CONFLICT (`openid`"
          + byBytes
          + ") DO UPDATE SET "
          + VALUES.replaceAll("(`\\w+`)", "$1 = EXCLUDED.$1");
    }

    /** Returns a statement with the dialect's quotes around names. */
    String quoted(String sql) {
      return sql;
    }
  }

  JdbcContender(HikariDataSource pool, Dialect dialect, String table) {
    this.pool = pool;
    String key = " WHERE `openid` = ?" + dialect.byBytes;
    select = dialect.quoted("SELECT " + COLUMNS + " FROM `" + table + "`" + key);
    replace = dialect.quoted(dialect.save(table));
    update =
        dialect.quoted(
            "UPDATE `"
                + table
                + "` SET "
                + VALUES.replace(",", " = ?,")
                + " = ?"
                + key
                + " AND "
                + same(dialect, "access_token")
                + " AND "
                + same(dialect, "refresh_token")
                + " AND "
                + same(dialect, "session_key")
                + " AND `create_at` = ?");
  }

  private static String same(Dialect dialect, String column) {
    return dialect.same.replace("%s", column);
  }

  @Override
  public OAuthToken prepare(OAuthToken token) {
    return token;
  }

  @Override
  public Object get(String openid) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(select)) {
      statement.setString(1, openid);
      try (ResultSet row = statement.executeQuery()) {
        Contender.require(row.next(), "there is no token");
        @Nullable Object[] values = new @Nullable Object[COUNT];
        for (int i = 0; i < COUNT; i++) {
          values[i] = row.getString(i + 1);
        }
        return values;
      }
    }
  }

  @Override
  public void save(OAuthToken token) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(replace)) {
      statement.setString(1, token.openid());
      bindValues(statement, 2, token);
      Contender.require(statement.executeUpdate() > 0, "nothing was saved");
    }
  }

  @Override
  public void replace(OAuthToken expected, OAuthToken token) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(update)) {
      bindValues(statement, 1, token);
      statement.setString(COUNT, token.openid());
      statement.setString(COUNT + 1, expected.accessToken());
      statement.setString(COUNT + 2, expected.refreshToken());
      statement.setString(COUNT + 3, expected.sessionKey());
      statement.setLong(COUNT + 4, expected.createAt());
      Contender.require(statement.executeUpdate() > 0, "nothing was replaced");
    }
  }

  private static void bindValues(PreparedStatement statement, int first, OAuthToken token)
      throws SQLException {
    statement.setString(first, token.accessToken());
    statement.setLong(first + 1, token.expiresIn());
    statement.setString(first + 2, token.refreshToken());
    statement.setString(first + 3, token.scope());
    statement.setLong(first + 4, token.createAt());
    statement.setString(first + 5, token.unionid());
    statement.setString(first + 6, token.sessionKey());
    statement.setString(first + 7, null);
  }

  @Override
  public void close() {
    pool.close();
  }
}
