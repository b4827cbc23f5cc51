package io.github.wxtoken.jdbc;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;
import io.github.wxtoken.testkit.Room;
import io.github.wxtoken.testkit.TokenStoreContract;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;

/** The contract on a table in a database that the suite has to itself. */
abstract class JdbcContract extends TokenStoreContract {
  private static final Map<Class<?>, String> URLS = new ConcurrentHashMap<>();

  private final boolean ours;
  String url = "";

  /**
   * A suite.
   *
   * @param ours whether the table is one of ours, or wechat-oauth's
   */
  JdbcContract(boolean ours) {
    this.ours = ours;
  }

  /** Makes the database, with wechat-oauth's table unless the table is ours; once per suite. */
  abstract String makeDatabase() throws Exception;

  @BeforeEach
  void emptyTheTables() throws Exception {
    String known = URLS.get(getClass());
    url = known == null ? makeDatabase() : known;
    URLS.put(getClass(), url);
    if (known == null) {
      open().close();
    }
    Servers.execute(url, "DELETE FROM token", "DELETE FROM token_lease");
  }

  @Override
  protected TokenStore open() throws Exception {
    String options = "wxtoken.createSchema=true&wxtoken.poolSize=3&wxtoken.timeout=20000";
    return TokenStores.open(url + (url.contains("?") ? "&" : "?") + options);
  }

  /** The README's statement, with numbers and strings as they are in the JSON. */
  @Override
  protected void writeAsNode(String openid, String json) throws SQLException {
    OAuthToken token = OAuthToken.fromJson(json);
    try (Connection connection = Servers.connect(url);
        PreparedStatement statement =
            connection.prepareStatement(
                "REPLACE INTO token(access_token, expires_in, refresh_token, openid, scope,"
                    + " create_at) VALUES(?, ?, ?, ?, ?, ?)")) {
      statement.setString(1, token.accessToken());
      bind(statement, 2, token.expiresIn(), json.contains("\"expires_in\":\""));
      statement.setString(3, token.refreshToken());
      statement.setString(4, openid);
      statement.setString(5, token.scope());
      bind(statement, 6, token.createAt(), json.contains("\"create_at\":\""));
      statement.executeUpdate();
    }
  }

  private static void bind(PreparedStatement statement, int index, long value, boolean asText)
      throws SQLException {
    if (asText) {
      statement.setString(index, String.valueOf(value));
    } else {
      statement.setLong(index, value);
    }
  }

  @Override
  protected void plantCorrupt(String openid, String content) throws SQLException {
    try (Connection connection = Servers.connect(url);
        PreparedStatement statement =
            connection.prepareStatement(
                "REPLACE INTO token(access_token, expires_in, refresh_token, openid, scope,"
                    + (ours
                        ? " create_at, extra) VALUES('AT', 7200, 'RT', ?, '', 1, ?)"
                        : " create_at) VALUES('AT', '7200', 'RT', ?, '', ?)"))) {
      statement.setString(1, openid);
      statement.setString(2, content);
      statement.executeUpdate();
    }
  }

  @Override
  protected void plantTooLong(String openid, String content) throws SQLException {
    assumeTrue(ours, "no column of this table has room for a record that is too long");
    plantCorrupt(openid, "{\"pad\":\"" + content + "\"}");
  }

  @Override
  protected Set<Room> room() {
    return ours ? EnumSet.allOf(Room.class) : EnumSet.noneOf(Room.class);
  }

  @Override
  protected int longestOpenid() {
    return ours ? 128 : 50;
  }

  @Override
  protected int longestToken() {
    return ours ? 1024 : 200;
  }
}
