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
  private static final String COLUMNS =
      "`access_token`, `expires_in`, `refresh_token`, `openid`, `scope`, `create_at`, `unionid`,"
          + " `session_key`, `extra`";
  private static final int COUNT = 9;

  private final HikariDataSource pool;
  private final String select;
  private final String replace;
  private final String update;

  /** The differences between the store's dialects: the comparison of keys and of texts. */
  enum Dialect {
    MYSQL(
        "",
        "CAST(CONVERT(`%s` USING utf8mb4) AS BINARY) <=> CAST(CONVERT(? USING utf8mb4) AS BINARY)"),
    POSTGRESQL("", "`%s` COLLATE `C` IS NOT DISTINCT FROM ?") {
      @Override
      String save(String table) {
        return super.save(table).replace("REPLACE", "INSERT")
            + " ON CONFLICT (`openid`) DO UPDATE SET "
            + COLUMNS.replaceAll("(`\\w+`)", "$1 = EXCLUDED.$1");
      }

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

    String save(String table) {
      return "REPLACE INTO `" + table + "`(" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
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
                + COLUMNS.replace(",", " = ?,")
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
      bind(statement, token);
      Contender.require(statement.executeUpdate() > 0, "nothing was saved");
    }
  }

  @Override
  public void replace(OAuthToken expected, OAuthToken token) throws SQLException {
    try (Connection connection = pool.getConnection();
        PreparedStatement statement = connection.prepareStatement(update)) {
      bind(statement, token);
      statement.setString(10, token.openid());
      statement.setString(11, expected.accessToken());
      statement.setString(12, expected.refreshToken());
      statement.setString(13, expected.sessionKey());
      statement.setLong(14, expected.createAt());
      Contender.require(statement.executeUpdate() > 0, "nothing was replaced");
    }
  }

  private static void bind(PreparedStatement statement, OAuthToken token) throws SQLException {
    statement.setString(1, token.accessToken());
    statement.setLong(2, token.expiresIn());
    statement.setString(3, token.refreshToken());
    statement.setString(4, token.openid());
    statement.setString(5, token.scope());
    statement.setLong(6, token.createAt());
    statement.setString(7, token.unionid());
    statement.setString(8, token.sessionKey());
    statement.setString(9, null);
  }

  @Override
  public void close() {
    pool.close();
  }
}
