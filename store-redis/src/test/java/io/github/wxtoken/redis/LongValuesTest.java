package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values and keys that are too long, or of another type, stay on the server. */
@SuppressWarnings("NullAway.Init") // the store is opened before each test
class LongValuesTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String PREFIX = "long-values:";
  private static final String KEY = PREFIX + "oLong";
  private static final OAuthToken TOKEN = Tokens.token("oA");
  private static final OAuthToken EXPECTED = Tokens.token("oLong");
  private static final int MEGABYTE = 1_000_000;

  private final RedisClusterCommands<String, String> raw = Servers.raw(SERVER.url());
  private TcpProxy network;
  private TokenStore store;

  @BeforeEach
  void open() throws IOException {
    Servers.clear(SERVER.url(), PREFIX);
    network = Servers.proxy(SERVER.url());
    store = TokenStores.open(Servers.withPrefix(Servers.url(network), PREFIX));
    store.saveToken("oA", TOKEN);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    network.close();
    Servers.clear(SERVER.url(), PREFIX);
  }

  @ParameterizedTest
  @ValueSource(ints = {196_609, 10 * MEGABYTE, 400 * MEGABYTE})
  void aValueThatIsTooLongIsCorruptAndNotLoaded(int length) {
    raw.setrange(KEY, length - 1, "x");

    assertCorruptAndNotLoaded("it has more than 65536 characters");
  }

  @Test
  void aTokenWithTooMuchBesidesIsCorruptAndNotLoaded() {
    raw.set(KEY, EXPECTED.toJson().replace("}", ",\"x\":\"" + "x".repeat(20 * MEGABYTE) + "\"}"));

    assertCorruptAndNotLoaded("it has more than 65536 characters");
  }

  @Test
  void aTokenWithBlanksAroundItIsCorruptAndNotLoaded() {
    raw.set(KEY, EXPECTED.toJson() + " ".repeat(20 * MEGABYTE));

    assertCorruptAndNotLoaded("it has more than 65536 characters");
  }

  @Test
  void aLargeListIsCorruptAndNotLoaded() {
    raw.rpush(KEY, "x".repeat(2 * MEGABYTE), "x".repeat(2 * MEGABYTE));

    assertCorruptAndNotLoaded("it is not a string");
  }

  @Test
  void aLargeHashIsCorruptAndNotLoaded() {
    raw.hset(KEY, Map.of("CANARY", "x".repeat(2 * MEGABYTE)));

    assertCorruptAndNotLoaded("it is not a string");
  }

  @Test
  void aLargeSetIsCorruptAndNotLoaded() {
    raw.sadd(KEY, "x".repeat(2 * MEGABYTE));

    assertCorruptAndNotLoaded("it is not a string");
  }

  @Test
  void aLargeSortedSetIsCorruptAndNotLoaded() {
    raw.zadd(KEY, 1, "x".repeat(2 * MEGABYTE));

    assertCorruptAndNotLoaded("it is not a string");
  }

  @Test
  void aLargeStreamIsCorruptAndNotLoaded() {
    raw.xadd(KEY, Map.of("CANARY", "x".repeat(2 * MEGABYTE)));

    assertCorruptAndNotLoaded("it is not a string");
  }

  private void assertCorruptAndNotLoaded(String rule) {
    String message = "The stored token of oLong cannot be read: " + rule;
    long before = network.answered();
    assertThatThrownBy(() -> store.getToken("oLong"))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> store.replaceToken("oLong", EXPECTED, Tokens.renewed(EXPECTED)))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessage(message);

    List<CorruptTokenException> reports = new ArrayList<>();
    assertThat(scan(reports)).containsExactly(TOKEN);

    assertThat(reports).singleElement().extracting(Throwable::getMessage).isEqualTo(message);
    assertThat(network.answered() - before).isLessThan(MEGABYTE);
    assertThat(network.accepted()).as("connections").isEqualTo(1);
    store.saveToken("oLong", EXPECTED);
    assertThat(store.getToken("oLong")).contains(EXPECTED);
  }

  /** Each of them is bounded, and so is what a scan has of them at a time. */
  @Test
  void aScanGoesOnPastManyValuesThatAreTooLong() {
    for (int i = 0; i < 300; i++) {
      raw.setrange(PREFIX + "oLong" + i, MEGABYTE, "x");
    }
    List<CorruptTokenException> reports = new ArrayList<>();

    assertThat(scan(reports)).containsExactly(TOKEN);

    assertThat(reports).hasSize(300);
    assertThat(network.accepted()).as("connections").isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {129, 10_000, 5 * MEGABYTE})
  void aKeyThatIsTooLongIsNoTokenAndNotLoaded(int length) {
    raw.set(PREFIX + "K".repeat(length), TOKEN.toJson());
    List<CorruptTokenException> reports = new ArrayList<>();
    long before = network.answered();

    assertThat(scan(reports)).containsExactly(TOKEN);

    assertThat(reports).isEmpty();
    assertThat(network.answered() - before).isLessThan(MEGABYTE);
  }

  @Test
  void theLongestTokenIsReadReplacedAndScanned() {
    OAuthToken longest = Tokens.longest("oLong");
    assertThat(longest.toJson().getBytes(StandardCharsets.UTF_8)).hasSizeGreaterThan(195_000);
    OAuthToken renewed = Tokens.longest("oLong").toBuilder().createAt(1_600_000_000_000L).build();

    store.saveToken("oLong", longest);
    assertThat(store.getToken("oLong")).contains(longest);
    assertThat(store.replaceToken("oLong", longest, renewed)).isTrue();

    assertThat(scan(new ArrayList<>())).containsExactlyInAnyOrder(TOKEN, renewed);
  }

  @Test
  void anEmptyValueIsCorruptAndNotMissing() {
    raw.set(KEY, "");
    List<CorruptTokenException> reports = new ArrayList<>();

    assertThatThrownBy(() -> store.getToken("oLong")).isInstanceOf(CorruptTokenException.class);
    assertThat(scan(reports)).containsExactly(TOKEN);

    assertThat(reports).extracting(CorruptTokenException::openid).containsExactly("oLong");
  }

  private List<OAuthToken> scan(List<CorruptTokenException> reports) {
    try (Stream<OAuthToken> tokens = store.tokens(reports::add)) {
      return tokens.toList();
    }
  }
}
