package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A value that does not fit the README's table is refused before any I/O, and never truncated by
 * the server.
 */
class LimitsTest {
  @RegisterExtension static final TestServer SERVER = Servers.MYSQL;

  private static final AtomicInteger COUNT = new AtomicInteger();
  private String url = "";
  private TokenStore store = TokenStores.open("memory:");

  /** On our own data source, whose sessions are not strict: the server would cut. */
  @BeforeEach
  void openOnAServerThatIsNotStrict() throws Exception {
    url = Servers.database(SERVER, "limits" + COUNT.incrementAndGet());
    Servers.execute(url, Servers.readmeTable(""), Servers.README_KEY);
    store =
        JdbcTokenStore.builder(
                FailingConnections.dataSource(
                    url,
                    connection -> {
                      try (var statement = connection.createStatement()) {
                        statement.execute("SET sql_mode = ''");
                      }
                      return connection;
                    }))
            .build();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aValueAsLongAsItsColumnIsKept() {
    OAuthToken token = Tokens.token("oA").toBuilder().accessToken("x".repeat(200)).build();

    store.saveToken("oA", token);

    assertThat(store.getToken("oA")).contains(token);
  }

  @Test
  void aValueLongerThanItsColumnIsRefusedByNameAndLimitAndNothingChanges() {
    store.saveToken("oA", Tokens.token("oA"));
    OAuthToken longer = Tokens.token("oA").toBuilder().refreshToken("x".repeat(201)).build();

    assertThatThrownBy(() -> store.saveToken("oA", longer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("refresh_token must be at most 200 characters long");
    assertThatThrownBy(() -> store.replaceToken("oA", Tokens.token("oA"), longer))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(store.getToken("oA")).contains(Tokens.token("oA"));
  }

  @Test
  void lengthsCountCharactersAndNotBytesOrUtf16Units() {
    OAuthToken token = Tokens.token("oA").toBuilder().scope("範".repeat(50)).build();

    store.saveToken("oA", token);

    assertThat(store.getToken("oA")).contains(token);
  }

  @Test
  void aNumberLongerThanItsTextColumnIsRefused() {
    OAuthToken token = Tokens.token("oA").toBuilder().expiresIn(10_000_000_000L).build();

    assertThatThrownBy(() -> store.saveToken("oA", token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expires_in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"😀", "\ud83d", "a\ude00"})
  void aCharacterThatTheColumnsCharsetLacksIsRefusedByName(String text) {
    OAuthToken token = Tokens.token("oA").toBuilder().scope(text).build();

    assertThatThrownBy(() -> store.saveToken("oA", token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scope")
        .hasMessageContaining("utf8");
  }

  @Test
  void aKeyLongerThanTheColumnIsRefusedByReadsToo() {
    assertThatThrownBy(() -> store.getToken("o".repeat(51)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("openid");
  }

  @Test
  void aSessionIsRefusedAndTheMessageSaysWhatItNeeds() {
    OAuthToken session = OAuthToken.builder().openid("oA").sessionKey("k").build();

    assertThatThrownBy(() -> store.saveToken("oA", session))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("session_key");
  }

  @Test
  void whatIsNullIsTheEmptyStringThereAndReadsAsNull() throws Exception {
    OAuthToken token = Tokens.token("oA").toBuilder().scope(null).refreshToken(null).build();

    store.saveToken("oA", token);

    assertThat(store.getToken("oA")).contains(token);
    assertThat(Servers.query(url, "SELECT scope FROM token")).isEmpty();
    assertThat(store.replaceToken("oA", token, Tokens.renewed(token))).isTrue();
  }

  @Test
  void tokensAreComparedByTheirBytesWhateverTheirCollation() throws Exception {
    Servers.execute(
        url,
        "ALTER TABLE token MODIFY access_token varchar(200) CHARACTER SET utf8mb4 COLLATE"
            + " utf8mb4_general_ci NOT NULL");
    OAuthToken token = Tokens.token("oA").toBuilder().accessToken("AbC").build();
    store.saveToken("oA", token);

    for (String other : new String[] {"abc", "AbC ", "Abç"}) {
      OAuthToken lookalike = token.toBuilder().accessToken(other).build();
      assertThat(store.replaceToken("oA", lookalike, Tokens.renewed(token))).isFalse();
    }
    assertThat(store.replaceToken("oA", token, Tokens.renewed(token))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1538990000000x", "1538990000000 ", "01538990000000", "", "-1", "1e3"})
  void aCreateAtThatIsNoNumberIsACorruptRecordAndNotTakenForTheNumber(String text)
      throws Exception {
    store.saveToken("oA", Tokens.token("oA"));
    Servers.execute(url, "UPDATE token SET create_at = '" + text + "'");

    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(io.github.wxtoken.store.CorruptTokenException.class)
        .hasMessageContaining("oA")
        .hasMessageContaining("create_at");
    assertThat(store.replaceToken("oA", Tokens.token("oA"), Tokens.renewed(Tokens.token("oA"))))
        .isFalse();
  }

  @Test
  void aReplaceThatChangesNothingIsTrueAlsoWhereTheDriverCountsChangedRowsOnly() {
    try (TokenStore counting = TokenStores.open(url + "&useAffectedRows=true&wxtoken.poolSize=1")) {
      OAuthToken token = Tokens.token("oA");
      counting.saveToken("oA", token);

      assertThat(counting.replaceToken("oA", token, token)).isTrue();
      assertThat(counting.replaceToken("oA", Tokens.renewed(token), Tokens.renewed(token)))
          .isFalse();
      assertThat(counting.replaceToken("oA", token, Tokens.renewed(token))).isTrue();
      assertThat(counting.replaceToken("oA", token, token)).isFalse();
    }
  }
}
