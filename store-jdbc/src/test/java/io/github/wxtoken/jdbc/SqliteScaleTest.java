package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.ScaleContract;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.io.TempDir;

/** A million rows on SQLite. */
class SqliteScaleTest extends ScaleContract {
  @TempDir static Path directory;

  @Override
  protected TokenStore open() {
    return TokenStores.open(url() + "?wxtoken.createSchema=true");
  }

  @Override
  protected void plant(int count) throws SQLException {
    Servers.execute(
        url(),
        "INSERT INTO token(openid, access_token, refresh_token, scope, expires_in, create_at)"
            + " WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < "
            + count
            + ") SELECT 'o' || n, 'AT' || n, 'RT', 'snsapi_userinfo', 7200, 1538990000000 FROM r");
  }

  private static String url() {
    return "jdbc:sqlite:" + directory.resolve("tokens.db");
  }
}
