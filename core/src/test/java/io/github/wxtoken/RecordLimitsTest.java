package io.github.wxtoken;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.store.EncryptedTokenStoreTest;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A token that is saved is read back equal, or it is refused or reduced before it is saved. */
class RecordLimitsTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_538_990_000_000L), ZoneOffset.UTC);
  private static final OAuthToken TOKEN =
      OAuthToken.builder()
          .openid("LIMITED")
          .accessToken("AT")
          .refreshToken("RT")
          .scope("snsapi_base")
          .expiresIn(7200)
          .createAt(CLOCK.millis())
          .build();

  /** Returns the token that the client makes of an answer to a code. */
  static OAuthToken answered(String moreFields) {
    return answered("AT", moreFields);
  }

  private static OAuthToken answered(String accessToken, String moreFields) {
    String answer =
        "{\"access_token\":\""
            + accessToken
            + "\",\"expires_in\":7200,\"refresh_token\":\"RT\",\"openid\":\"LIMITED\","
            + "\"scope\":\"snsapi_base\""
            + (moreFields.isEmpty() ? "" : ",")
            + moreFields
            + "}";
    HttpExchange http =
        new HttpExchange(
            "wx1",
            () -> HttpClients.of(new CannedAnswer(200, answer.getBytes(UTF_8))),
            Duration.ofSeconds(5),
            Map.of(),
            new ClockSkew(CLOCK));
    return new WeChatApi(
            new WeChatCalls(
                "wx1", URI.create("https://wechat.invalid"), http, new Events("wx1", null)),
            AppSecret.fixed("SECRET"),
            CLOCK)
        .exchange("CODE");
  }

  /** Saves in each form in which a store keeps tokens, and reads again. */
  static void assertSavedAndReadBackEqual(OAuthToken token) {
    assertKept(token);
    MemoryTokenStore store = new MemoryTokenStore();
    TokenStore view =
        TokenStores.encrypted(
            TokenStores.scoped(store, "a".repeat(64)),
            EncryptedTokenStoreTest.cipher("a".repeat(16)).build());
    view.saveToken(token.openid(), token);
    assertThat(view.getToken(token.openid())).contains(token);
    store.tokens().forEach(RecordLimitsTest::assertKept);
  }

  static void assertKept(OAuthToken token) {
    TokenStores.requireToken(token.openid(), token);
    String json = new String(TokenStores.requireJson(token).getBytes(UTF_8), UTF_8);
    assertThat(OAuthToken.fromJson(json)).isEqualTo(token);
    // Stores of rows and documents have one field for what is unknown.
    assertThat(token.toBuilder().extraJson(token.extraJson()).build()).isEqualTo(token);
    assertThat(bytes(token)).isLessThanOrEqualTo(TokenStores.MAX_EXTRA_BYTES);
  }

  private static int bytes(OAuthToken token) {
    String extra = token.extraJson();
    return extra == null ? 0 : extra.getBytes(UTF_8).length;
  }

  // Answers

  static List<String> smallFields() {
    return List.of(
        "\"n\":" + "9".repeat(99) + "e1",
        "\"n\":" + "9".repeat(50) + "." + "9".repeat(50),
        "\"n\":" + "9".repeat(98) + "e99",
        "\"n\":0." + "0".repeat(17) + "9".repeat(100),
        "\"n\":" + "9".repeat(88) + "e-99999999",
        "\"n\":1e-5000,\"m\":11e2147483647,\"o\":0.1e-2147483646",
        "\"n\":" + "1".repeat(100) + "e2147483600",
        "\"n\":1.0,\"m\":1,\"o\":-0,\"p\":-0.0,\"q\":0e7,\"r\":0.000e-3",
        "\"n\":" + "1".repeat(100) + ",\"m\":-" + "1".repeat(100),
        "\"half\":\"\\ud83d\",\"other\":\"\\ude00\"",
        "\"\\ud83d\":1,\"\\ude00x\":{\"\\ud83d\":2}",
        "\"\\u0000\\u001f\":\"\\u0000\\u0001\\u001f\u0001\"",
        "\"\":\"\",\"NaN\":\"NaN\",\"Infinity\":null",
        "\"twice\":1,\"twice\":[2,{\"a\":1,\"a\":2}]",
        "\"deep\":" + "[".repeat(31) + "]".repeat(31),
        "\"deep\":" + "{\"a\":".repeat(31) + "1" + "}".repeat(31),
        "\"" + "n".repeat(10_000) + "\":1",
        "\"list\":[" + "1,".repeat(5_000) + "1]",
        "\"control\":\"" + "\u0001".repeat(2_700) + "\"");
  }

  @ParameterizedTest
  @MethodSource("smallFields")
  void whatWeChatAddsIsKeptWhereItIsReadBackEqual(String fields) {
    OAuthToken token = answered(fields);

    assertThat(token.extra()).isNotEmpty();
    assertSavedAndReadBackEqual(token);
  }

  static List<String> largeFields() {
    return List.of(
        "\"large\":\"" + "\u0001".repeat(20_000) + "\"",
        "\"large\":\"" + "x".repeat(60_000) + "\"",
        "\"large\":\"" + "\u4e2d".repeat(6_000) + "\"",
        "\"large\":\"" + "\\ud83d".repeat(3_000) + "\"",
        "\"large\":[" + "1,".repeat(30_000) + "1]",
        "\"large\":[" + "{},".repeat(20_000) + "{}]",
        "\"" + "n".repeat(49_000) + "\":1",
        "\"" + "n".repeat(60_000) + "\":1",
        "\"" + "\u0001".repeat(9_000) + "\":1");
  }

  @ParameterizedTest
  @MethodSource("largeFields")
  void whatWeChatAddsIsDroppedWhereNoStoreCouldKeepItAndAllElseIsKept(String field) {
    for (String fields : List.of("\"small\":1.10," + field, field + ",\"small\":1.10")) {
      OAuthToken token;
      try {
        token = answered(fields);
      } catch (WeChatTransportException e) {
        assertThat(field).as("the answer itself is refused").contains("n".repeat(60_000));
        continue;
      }

      assertThat(token)
          .isEqualTo(TOKEN.toBuilder().extra(Map.of("small", new BigDecimal("1.10"))).build());
      assertSavedAndReadBackEqual(token);
    }
  }

  @Test
  void ofManyUnknownFieldsTheLongestAreDropped() {
    String fields =
        IntStream.range(0, 100)
            .mapToObj(i -> "\"f" + i + "\":\"" + "x".repeat(i * 10) + "\"")
            .collect(Collectors.joining(","));

    OAuthToken token = answered(fields);

    assertSavedAndReadBackEqual(token);
    assertThat(token.extra()).containsKeys("f0", "f50").doesNotContainKey("f99");
    assertThat(bytes(token)).isGreaterThan(TokenStores.MAX_EXTRA_BYTES - 1_000);
    assertThat(token.extra().keySet().stream().map(name -> Integer.parseInt(name.substring(1))))
        .isSorted();
  }

  @Test
  void unknownFieldsGiveWayToKnownOnesThatAreLong() {
    String accessToken = "a".repeat(40_000);

    OAuthToken token = answered(accessToken, "\"pad\":\"" + "x".repeat(15_000) + "\"");

    assertThat(token).isEqualTo(TOKEN.toBuilder().accessToken(accessToken).build());
    TokenStores.requireToken("LIMITED", token);
  }

  @Test
  void unknownFieldsBesideKnownOnesFitARecordAlsoWhenEncrypted() {
    String accessToken = "a".repeat(16_000);

    OAuthToken token = answered(accessToken, "\"pad\":\"" + "x".repeat(16_000) + "\"");

    assertThat(token.extra()).hasSize(1);
    assertSavedAndReadBackEqual(token);
  }

  @Test
  void whatIsDroppedIsSaidInOneLineWithoutItsNamesAndValues() {
    try (LogCapture log = LogCapture.of(WeChatOAuth.class)) {
      answered("\"CANARY\":\"" + "CANARY".repeat(4_000) + "\",\"kept\":1");

      assertThat(log.lines().stream().filter(line -> line.contains("of LIMITED")))
          .singleElement()
          .asString()
          .contains(
              "WARN",
              "Dropped 1 of 2 unknown fields of the token of LIMITED, since no store could save them"
                  + " and read them again: at most 16384 bytes as JSON are kept. The token is kept")
          .doesNotContain("CANARY");
    }
  }

  @Test
  void nothingIsLoggedWhereNothingIsDropped() {
    try (LogCapture log = LogCapture.of(WeChatOAuth.class)) {
      answered("\"kept-and-not-logged\":1");

      assertThat(log.lines()).noneMatch(line -> line.contains("LIMITED"));
    }
  }

  // Refreshes

  @Test
  void unknownFieldsOfManyRefreshesDoNotPileUp() {
    OAuthToken token = TOKEN;
    for (int refresh = 0; refresh < 100; refresh++) {
      OAuthToken answer = answered("\"f" + refresh + "\":\"" + "x".repeat(1_000) + "\"");
      token = token.overlay(answer);
      assertThat(token.extra()).containsKey("f" + refresh);
      assertSavedAndReadBackEqual(token);
    }
  }

  @Test
  void whatAnotherProgramStoredIsReducedByTheNextRefresh() {
    OAuthToken foreign = TOKEN.toBuilder().extra(Map.of("a", 1, "b", "x".repeat(50_000))).build();

    OAuthToken renewed = foreign.overlay(answered("AT2", "\"c\":2"));

    assertThat(renewed.accessToken()).isEqualTo("AT2");
    assertThat(renewed.extra()).isEqualTo(Map.of("a", 1L, "c", 2L));
    assertSavedAndReadBackEqual(renewed);
  }

  @Test
  void unknownFieldsGiveWayToAnAccessTokenThatHasBecomeLong() {
    OAuthToken old = TOKEN.toBuilder().extra(Map.of("a", "x".repeat(16_000))).build();
    String accessToken = "a".repeat(60_000);

    OAuthToken renewed = old.overlay(answered(accessToken, ""));

    assertThat(renewed).isEqualTo(TOKEN.toBuilder().accessToken(accessToken).build());
    TokenStores.requireToken("LIMITED", renewed);
  }

  @Test
  void aLoginWithHostileFieldsIsSavedAndCanBeRepeated(@TempDir Path directory) throws Exception {
    try (CannedServer server = new CannedServer();
        TokenStore store = TokenStores.open("file:" + directory);
        WeChatOAuth client = server.client().store(store).build()) {
      for (String field : largeFields().subList(0, 7)) {
        server.answersWith(
            "{\"access_token\":\"AT\",\"expires_in\":7200,\"refresh_token\":\"RT\","
                + "\"openid\":\"LIMITED\",\"scope\":\"snsapi_base\","
                + field
                + "}");
        OAuthToken token = client.getAccessToken("CODE" + field.hashCode());

        assertThat(store.getToken("LIMITED")).contains(token);
      }
    }
  }

  // Tokens that a caller built

  private static OAuthToken withExtra(Map<String, ?> extra) {
    return TOKEN.toBuilder().extra(extra).build();
  }

  private static void assertRefusedByEveryStore(OAuthToken token, Path directory, String rule) {
    MemoryTokenStore memory = new MemoryTokenStore();
    for (TokenStore store :
        List.of(
            memory,
            TokenStores.open("file:" + directory),
            TokenStores.scoped(memory, "wx0"),
            TokenStores.encrypted(memory, EncryptedTokenStoreTest.cipher("k1").build()))) {
      store.saveToken("LIMITED", TOKEN);
      for (Runnable save :
          List.<Runnable>of(
              () -> store.saveToken("LIMITED", token),
              () -> store.saveTokenIfAbsent("LIMITED", token),
              () -> store.replaceToken("LIMITED", TOKEN, token))) {
        assertThatIllegalArgumentException().isThrownBy(save::run).withMessage(rule);
      }
      assertThat(store.getToken("LIMITED")).contains(TOKEN);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u0001", "\u4e2d", "\ud83d", "\ud83d\ude00", "\"", "\\"})
  void moreUnknownFieldsThanAStoreKeepsAreRefusedBeforeAnythingIsSaved(
      String unit, @TempDir Path directory) {
    String overhead = "{\"a\":\"\"}";
    int unitBytes = bytes(withExtra(Map.of("a", unit))) - overhead.length();
    int most = (TokenStores.MAX_EXTRA_BYTES - overhead.length()) / unitBytes;

    assertSavedAndReadBackEqual(withExtra(Map.of("a", unit.repeat(most))));
    assertRefusedByEveryStore(
        withExtra(Map.of("a", unit.repeat(most + 1))),
        directory,
        "extra must have at most 16384 bytes as JSON in UTF-8");
  }

  @Test
  void valuesThatAreNotReadBackEqualAreRefusedBeforeAnythingIsSaved(@TempDir Path directory) {
    for (Object value :
        List.of(
            BigInteger.TEN.pow(100),
            new BigDecimal(BigInteger.TEN.pow(100), 7),
            1,
            BigInteger.ONE,
            Map.of("a", List.of(1)))) {
      Map<String, @Nullable Object> unread = Map.of("n", value);

      assertRefusedByEveryStore(
          TOKEN.toBuilder().ownExtra(unread).build(),
          directory,
          "extra must be JSON that is read back equal");
      assertThat(ExtraFields.reduce(TOKEN.toBuilder().ownExtra(unread).build())).isEqualTo(TOKEN);
    }
  }

  @Test
  void knownFieldsThatDoNotFitARecordAreRefusedBeforeAnythingIsSaved(@TempDir Path directory) {
    for (OAuthToken token :
        List.of(
            TOKEN.toBuilder().accessToken("a".repeat(65_536)).build(),
            TOKEN.toBuilder().refreshToken("\u0001".repeat(11_000)).build(),
            TOKEN.toBuilder().scope("\ud83d".repeat(11_000)).build(),
            TOKEN.toBuilder().unionid("\\".repeat(33_000)).build(),
            TOKEN.toBuilder()
                .sessionKey("a".repeat(50_000))
                .extra(Map.of("a", "x".repeat(16_000)))
                .build())) {
      assertRefusedByEveryStore(
          token, directory, "token must have at most 65536 characters as JSON");
    }
  }

  @Test
  void aTokenIsSavedUpToTheLastCharacterOfARecord() {
    String json = TOKEN.toJson();
    String accessToken = "a".repeat(Json.MAX_CHARS - json.length() + 2);
    MemoryTokenStore store = new MemoryTokenStore();

    OAuthToken longest = TOKEN.toBuilder().accessToken(accessToken).build();
    store.saveToken("LIMITED", longest);

    assertThat(OAuthToken.fromJson(longest.toJson())).isEqualTo(longest);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                store.saveToken(
                    "LIMITED", TOKEN.toBuilder().accessToken(accessToken + "a").build()));
  }

  @Test
  void aTokenThatNoStoreTakesIsStillReplaced() {
    OAuthToken foreign = withExtra(Map.of("a", "x".repeat(50_000)));
    for (OAuthToken expected : List.of(foreign, TOKEN.toBuilder().snapshotUser(true).build())) {
      MemoryTokenStore store = new MemoryTokenStore();
      TokenStore view =
          TokenStores.encrypted(
              TokenStores.scoped(store, "wx0"), EncryptedTokenStoreTest.cipher("k1").build());
      view.saveToken("LIMITED", TOKEN);

      assertThat(view.replaceToken("LIMITED", expected, TOKEN)).isTrue();
    }
  }

  @Test
  void extraThatContainsItselfIsRefused() {
    Map<String, @Nullable Object> nested = Collections.emptyMap();
    for (int level = 0; level < 40; level++) {
      nested = Map.of("a", nested);
    }
    Map<String, @Nullable Object> tooDeep = nested;
    Map<String, @Nullable Object> endless = new HashMap<>();
    endless.put("a", endless);

    assertThatIllegalArgumentException().isThrownBy(() -> withExtra(tooDeep)).withNoCause();
    assertThatIllegalArgumentException().isThrownBy(() -> withExtra(endless)).withNoCause();
  }
}
