package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The values of the keys, and their lifetimes. */
@SuppressWarnings("NullAway.Init") // the store is opened before each test
class KeysTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String PREFIX = "keys:";
  private static final String KEY = PREFIX + "oA";
  private static final OAuthToken TOKEN = Tokens.token("oA");
  private static final OAuthToken SESSION =
      OAuthToken.builder().openid("oA").sessionKey("CANARY-session").createAt(1).build();

  private final RedisClusterCommands<String, String> raw = Servers.raw(SERVER.url());
  private TokenStore store;

  @BeforeEach
  void open() {
    Servers.clear(SERVER.url(), PREFIX);
    store = TokenStores.open(Servers.withPrefix(SERVER.url(), PREFIX));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aTokenIsItsJsonAsNodeWritesIt() {
    store.saveToken("oA", TOKEN);

    assertThat(raw.get(KEY))
        .isEqualTo(
            "{\"access_token\":\"CANARY-access-of-oA\",\"expires_in\":7200,"
                + "\"refresh_token\":\"CANARY-refresh-of-oA\",\"openid\":\"oA\","
                + "\"scope\":\"snsapi_userinfo\",\"create_at\":1538990000000}");
  }

  @Test
  void everySaveKeepsATokenForTheRetention() {
    store.saveToken("oA", TOKEN);
    assertKeptFor(Duration.ofDays(180));

    raw.del(KEY);
    store.saveTokenIfAbsent("oA", TOKEN);
    assertKeptFor(Duration.ofDays(180));

    raw.expire(KEY, 60);
    store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN));
    assertKeptFor(Duration.ofDays(180));

    raw.expire(KEY, 60);
    store.saveToken("oA", TOKEN);
    assertKeptFor(Duration.ofDays(180));
  }

  @Test
  void everySaveKeepsASessionForThreeDays() {
    store.saveToken("oA", SESSION);
    assertKeptFor(Duration.ofDays(3));

    raw.del(KEY);
    store.saveTokenIfAbsent("oA", SESSION);
    assertKeptFor(Duration.ofDays(3));

    raw.persist(KEY);
    store.replaceToken("oA", SESSION, SESSION.toBuilder().createAt(2).build());
    assertKeptFor(Duration.ofDays(3));
  }

  @Test
  void aKeyThatNodeWroteWithoutAnExpiryGetsOneWhenItIsReplaced() {
    raw.set(KEY, TOKEN.toJson());

    store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN));

    assertKeptFor(Duration.ofDays(180));
  }

  @Test
  void theRetentionIsAnOptionInDays() {
    String url = Servers.withPrefix(SERVER.url(), PREFIX) + "&wxtoken.retention=";
    try (TokenStore forever = TokenStores.open(url + "3650");
        TokenStore day = TokenStores.open(url + "1")) {
      forever.saveToken("oA", TOKEN);
      assertKeptFor(Duration.ofDays(3650));
      day.saveToken("oA", SESSION);
      assertKeptFor(Duration.ofDays(1));
    }
  }

  @Test
  void aSaveThatWasRefusedLeavesTheExpiryAlone() {
    raw.set(KEY, TOKEN.toJson());
    raw.expire(KEY, 60);

    store.saveTokenIfAbsent("oA", TOKEN);
    store.replaceToken("oA", Tokens.renewed(TOKEN), TOKEN);

    assertThat(raw.pttl(KEY)).isBetween(1L, 60_000L);
  }

  @Test
  void aLeaseIsAKeyOfItsOwnThatEndsWithIt() {
    assertThat(store.tryLease("refresh:oA", Duration.ofMinutes(1))).isPresent();

    assertThat(raw.pttl("lease:" + KEY.replace("oA", "refresh:oA"))).isBetween(1L, 60_001L);
  }

  @Test
  void aKeyOfAnotherTypeIsACorruptToken() {
    raw.hset(KEY, Map.of("access_token", "CANARY"));

    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessage("The stored token of oA cannot be read: it is not a string");
    assertThatThrownBy(() -> store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN)))
        .isInstanceOf(CorruptTokenException.class);
    assertThat(store.saveTokenIfAbsent("oA", TOKEN)).isFalse();
    store.saveToken("oA", TOKEN);
    assertThat(store.getToken("oA")).contains(TOKEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"openid\":\"oB\",\"create_at\":1}",
        "{\"openid\":\"oA\",\"create_at\":-1}",
        "{\"openid\":\"oA\",\"create_at\":1} {}"
      })
  void whatIsNoTokenOfThisOpenidIsCorrupt(String value) {
    raw.set(KEY, value);

    assertThatThrownBy(() -> store.getToken("oA")).isInstanceOf(CorruptTokenException.class);
    assertThatThrownBy(() -> store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN)))
        .isInstanceOf(CorruptTokenException.class);
  }

  @Test
  void bytesThatAreNoTextAreCorruptAndTheReplacementCharacterIsNot() {
    raw.set(KEY, TOKEN.toJson());
    raw.setbit(KEY, 0, 1); // No character of UTF-8 begins with the byte 0xFB.
    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessageContaining("not UTF-8");

    OAuthToken odd = TOKEN.toBuilder().extraJson("{\"x\":\"\uFFFD\"}").build();
    store.saveToken("oA", odd);
    assertThat(store.getToken("oA")).contains(odd);
  }

  @Test
  void whatWouldBeTooLargeToReadIsNotSavedAndNotRead() {
    OAuthToken large = TOKEN.toBuilder().extraJson(json("x".repeat(65_500))).build();

    assertThatThrownBy(() -> store.saveToken("oA", large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token must have at most 65536 characters as JSON");
    raw.set(KEY, large.toJson());
    assertThatThrownBy(() -> store.getToken("oA")).isInstanceOf(CorruptTokenException.class);
    raw.set(KEY, json("x".repeat(300_000)));
    assertThatThrownBy(() -> store.getToken("oA")).isInstanceOf(CorruptTokenException.class);
  }

  @Test
  void aTokenInOtherBytesIsReplacedAllTheSame() {
    raw.set(
        KEY,
        """
        { "scope": "snsapi_userinfo", "openid": "oA", "refresh_token": "CANARY-refresh-of-oA",
          "access_token": "CANARY-\\u0061ccess-of-oA", "expires_in": "7200",
          "create_at": "1538990000000" }
        """);

    assertThat(store.replaceToken("oA", Tokens.renewed(TOKEN), TOKEN)).isFalse();
    assertThat(store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN))).isTrue();

    assertThat(store.getToken("oA")).contains(Tokens.renewed(TOKEN));
  }

  @Test
  void aServerThatForgotTheScriptsIsSentThemAgain() {
    store.saveToken("oA", TOKEN);
    for (int i = 0; i < 3; i++) {
      raw.scriptFlush();
      assertThat(store.replaceToken("oA", TOKEN, Tokens.renewed(TOKEN))).isTrue();
      raw.scriptFlush();
      store.tryLease("refresh:oA", Duration.ofHours(1)).orElseThrow().close();
      assertThat(store.replaceToken("oA", Tokens.renewed(TOKEN), TOKEN)).isTrue();
    }
    assertThat(store.tryLease("refresh:oA", Duration.ofHours(1))).isPresent();
  }

  @Test
  void aStoreThatIsClosedSaysSo() {
    store.close();

    assertThatThrownBy(() -> store.getToken("oA"))
        .isInstanceOf(TokenStoreException.class)
        .hasMessage("the store is closed");
  }

  private static String json(String value) {
    return "{\"x\":\"" + value + "\"}";
  }

  private void assertKeptFor(Duration retention) {
    assertThat(raw.pttl(KEY)).isBetween(retention.minusMinutes(5).toMillis(), retention.toMillis());
  }
}
