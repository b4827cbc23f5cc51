package io.github.wxtoken.jdbc;

import io.github.wxtoken.faults.ScaleContract;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A million rows on MySQL. */
class MysqlScaleTest extends ScaleContract {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static String url = "";

  @BeforeAll
  static void makeDatabase() throws SQLException {
    url = Servers.database(SERVER, "scale");
  }

  @Override
  protected TokenStore open() {
    return TokenStores.open(url + "&wxtoken.createSchema=true");
  }

  @Override
  protected void plant(int count) throws SQLException {
    // A thousand times a thousand: the depth of a recursion is limited.
    Servers.execute(
        url,
        "CREATE TABLE digits AS WITH RECURSIVE r(n) AS"
            + " (SELECT 0 UNION ALL SELECT n + 1 FROM r WHERE n < 999) SELECT n FROM r",
        "INSERT INTO token(openid, access_token, refresh_token, scope, expires_in, create_at)"
            + " SELECT CONCAT('o', 1 + a.n * 1000 + b.n), CONCAT('AT', a.n, '-', b.n), 'RT',"
            + " 'snsapi_userinfo', 7200, 1538990000000 FROM digits AS a, digits AS b"
            + " WHERE a.n * 1000 + b.n < "
            + count);
  }
}
