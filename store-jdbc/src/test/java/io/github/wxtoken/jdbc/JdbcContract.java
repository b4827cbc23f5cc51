package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Room;
import io.github.wxtoken.testkit.TokenStoreContract;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The contract on a table in a database that the suite has to itself. */
abstract class JdbcContract extends TokenStoreContract {
  private static final Map<Class<?>, String> URLS = new ConcurrentHashMap<>();

  private final TestDatabase database;
  private final boolean ours;
  String url = "";

  /**
   * A suite.
   *
   * @param ours whether the table is one of ours, or wechat-oauth's
   */
  JdbcContract(TestDatabase database, boolean ours) {
    this.database = database;
    this.ours = ours;
  }

  /** Makes the database, with wechat-oauth's table unless the table is ours; once per suite. */
  String makeDatabase() throws Exception {
    String name = getClass().getName().replaceFirst(".*\\.", "").replace('$', '_');
    return ours ? database.create(name) : database.createWithReadmeTable(name);
  }

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
    String options = "wxtoken.createSchema=true&wxtoken.poolSize=2&wxtoken.timeout=20000";
    return TokenStores.open(url + "&" + options);
  }

  /** The README's statement, with numbers and strings as they are in the JSON. */
  @Override
  protected void writeAsNode(String openid, String json) throws SQLException {
    OAuthToken token = OAuthToken.fromJson(json);
    try (Connection connection = Servers.connect(url);
        PreparedStatement statement = connection.prepareStatement(database.replaceOfNode(ours))) {
      statement.setString(1, token.accessToken());
      bind(statement, 2, token.expiresIn(), json.contains("\"expires_in\":\""));
      statement.setString(3, token.refreshToken());
      statement.setString(4, openid);
      statement.setString(5, token.scope());
      bind(statement, 6, token.createAt(), json.contains("\"create_at\":\""));
      statement.executeUpdate();
    }
  }

  private void bind(PreparedStatement statement, int index, long value, boolean asText)
      throws SQLException {
    if (asText) {
      database.bindText(statement, index, String.valueOf(value));
    } else {
      statement.setLong(index, value);
    }
  }

  @Override
  protected void plantCorrupt(String openid, String content) throws SQLException {
    try (Connection connection = Servers.connect(url);
        PreparedStatement statement =
            connection.prepareStatement(
                database.overwriting(
                    "INSERT INTO token(access_token, expires_in, refresh_token, openid, scope,"
                        + (ours
                            ? " create_at, extra) VALUES('AT', 7200, 'RT', ?, '', 1, ?)"
                            : " create_at) VALUES('AT', '7200', 'RT', ?, '', ?)"),
                    "openid"))) {
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

  /** Records that are longer than a page or a record may be; on tables of ours. */
  @Nested
  final class LongRecords {
    private TokenStore handle = TokenStores.open("memory:");
    private TokenStore store = handle;

    @BeforeEach
    void openStore() throws Exception {
      assumeTrue(ours, "the columns have no room for a long record");
      handle = open();
      store = view(handle);
    }

    @AfterEach
    void close() {
      store.close();
      handle.close();
    }

    private static OAuthToken token(String openid, String extra) {
      return OAuthToken.builder()
          .openid(openid)
          .accessToken("AT-of-" + openid)
          .createAt(1)
          .extraJson("{\"x\":\"" + extra + "\"}")
          .build();
    }

    @Test
    void aRecordOfAFewFieldsIsRead() {
      store.saveToken("oA", token("oA", "short"));

      assertThat(store.getToken("oA")).contains(token("oA", "short"));
      assertThat(scan(new ArrayList<>())).containsExactly(token("oA", "short"));
    }

    @Test
    void aRecordThatFillsAPageIsReadByItself() {
      store.saveToken("oA", token("oA", "x".repeat(9_000)));

      assertThat(store.getToken("oA")).contains(token("oA", "x".repeat(9_000)));
      assertThat(scan(new ArrayList<>())).containsExactly(token("oA", "x".repeat(9_000)));
    }

    @Test
    void aRecordThatIsTooLongIsCorrupt() throws Exception {
      plantCorrupt("oB", "x".repeat(300_000));

      assertThatThrownBy(() -> store.getToken("oB"))
          .isInstanceOf(CorruptTokenException.class)
          .hasMessageContaining("extra is longer than 65536 characters");
    }

    @Test
    void aScanReportsARecordThatIsTooLongAndGoesOn() throws Exception {
      store.saveToken("oA", token("oA", "short"));
      store.saveToken("oC", token("oC", "short"));
      plantCorrupt("oB", "x".repeat(300_000));

      List<CorruptTokenException> reports = new ArrayList<>();
      assertThat(scan(reports)).hasSize(2);
      assertThat(reports)
          .singleElement()
          .satisfies(e -> assertThat(e).hasMessageContaining("extra is longer than 65536"));
    }

    @Test
    void pagesFollowEachOther() {
      List<String> openids = IntStream.range(0, 1_001).mapToObj(i -> "o" + i).toList();
      openids.parallelStream().forEach(openid -> store.saveToken(openid, token(openid, "x")));

      assertThat(scan(new ArrayList<>()))
          .extracting(OAuthToken::openid)
          .containsExactlyInAnyOrderElementsOf(openids);
    }

    private List<OAuthToken> scan(List<CorruptTokenException> reports) {
      try (Stream<OAuthToken> tokens = store.tokens(reports::add)) {
        // A scan in a circle ends here.
        return tokens.limit(2_000).toList();
      }
    }
  }
}
