package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.CREATED;
import static io.github.wxtoken.testkit.Tokens.session;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStores;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each saved field is read back. */
abstract class FieldCases extends Cases {

  FieldCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void everyFieldOfAWebLoginComesBackAndWhatHasNoRoomIsDropped() throws Exception {
    OAuthToken full =
        token("oFull").toBuilder()
            .unionid("o6_bmasdasdsad6_2sgVt7hMZOPfL")
            .extraJson("{\"a\":1}")
            .build();

    store.saveToken("oFull", full);

    assertStored(kept(full));
  }

  @Test
  void theUnionidComesBack() throws Exception {
    assumeRoomFor(Room.UNIONID);

    assertRoundTrip(token("oUnion").toBuilder().unionid("o6_bmasdasdsad6_2sgVt7hMZOPfL").build());
  }

  @Test
  void unknownFieldsComeBackWithTheirNestedObjectsArraysAndNulls() throws Exception {
    assumeRoomFor(Room.EXTRA);

    assertRoundTrip(
        withExtra(
            "{\"text\":\"\",\"yes\":true,\"no\":false,\"nothing\":null,\"list\":[],\"map\":{},"
                + "\"deep\":{\"list\":[1,[null,{\"a\":\"b\"}],\"2\"],\"a.b\":{\"$c\":\"\"}}}"));
  }

  @Test
  void unknownNumbersKeepEveryDigit() throws Exception {
    assumeRoomFor(Room.EXTRA);

    assertRoundTrip(
        withExtra(
            "{\"max\":9223372036854775807,\"more\":123456789012345678901234567890,"
                + "\"beyond\":9007199254740993,\"decimal\":1.10,\"one\":1.0,\"integer\":1,"
                + "\"pi\":3.14159265358979323846264338327950288,\"small\":-0.000000000000000000001}"));
  }

  @Test
  void charactersOfFourBytesComeBackInUnknownFields() throws Exception {
    assumeRoomFor(Room.EXTRA);

    assertRoundTrip(withExtra("{\"nickname\":\"𠮷野家 😀👩‍👩‍👧‍👦\",\"😀\":\"key\"}"));
  }

  @Test
  void charactersOfFourBytesComeBackInTheUnionid() throws Exception {
    assumeRoomFor(Room.UNIONID);

    assertRoundTrip(token("oEmoji").toBuilder().unionid("o6_😀𠮷").build());
  }

  @Test
  void quotesBackslashesAndControlCharactersComeBackInUnknownFields() throws Exception {
    assumeRoomFor(Room.EXTRA);

    assertRoundTrip(
        withExtra("{\"nickname\":\"\\\\ \\\" ' / </script> \\u0000\\u0001\\n\\t %s\"}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'; DROP TABLE token; --",
        "\\\"quoted\\\" \\ and %_*?",
        "{\"access_token\":\"AT\"}",
        " blank on both ends ",
        "0123",
        "1e2",
        "null",
        "true",
      })
  void tokensAreTextWhateverTheyLookLike(String text) throws Exception {
    assertRoundTrip(token("oText").toBuilder().accessToken(text).refreshToken(text).build());
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 512, 1024})
  void longTokensComeBackWhole(int length) throws Exception {
    assumeTrue(
        length <= contract.longestToken(),
        () -> "the records have room for tokens of " + contract.longestToken() + " characters");

    assertRoundTrip(
        token("oLong").toBuilder()
            .accessToken("a".repeat(length - 1) + "Z")
            .refreshToken("r".repeat(length - 1) + "Z")
            .build());
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 513, 1025, 4_097, 16_000})
  void aTokenIsKeptWholeOrRefusedButNeverCut(int length) throws Exception {
    assertKeptWholeOrRefused(
        token("oLonger").toBuilder().accessToken("a".repeat(length - 1) + "Z").build());
    assertKeptWholeOrRefused(
        token("oLonger").toBuilder().refreshToken("r".repeat(length - 1) + "Z").build());
  }

  @ParameterizedTest
  @ValueSource(ints = {51, 256, 1_025, 20_000})
  void scopeUnionidAndUnknownFieldsAreKeptWholeOrRefusedButNeverCut(int length) throws Exception {
    String text = "s".repeat(length - 1) + "Z";

    assertKeptWholeOrRefused(token("oLonger").toBuilder().scope(text).build());
    assertKeptWholeOrRefused(token("oLonger").toBuilder().unionid(text).build());
    assertKeptWholeOrRefused(
        token("oLonger").toBuilder().extraJson("{\"long\":\"" + text + "\"}").build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u0001", "\u4e2d", "\ud83d\ude00"})
  void unknownFieldsComeBackUpToTheirLimitAndMoreAreRefused(String unit) throws Exception {
    OAuthToken before = token("oExtra");
    store.saveToken("oExtra", before);
    int unitBytes = extraBytes(unit) - extraBytes("");
    int most = (TokenStores.MAX_EXTRA_BYTES - extraBytes("")) / unitBytes;
    OAuthToken tooMany = withExtra(longText(unit.repeat(most + 1)));

    assertRefused(() -> store.saveToken("oExtra", tooMany));
    assertRefused(() -> store.replaceToken("oExtra", before, tooMany));
    assertRefused(() -> store.saveTokenIfAbsent("oExtra", tooMany));
    assertStored(before);

    OAuthToken longest = withExtra(longText(unit.repeat(most)));
    store.saveToken("oExtra", longest);
    assertStored(kept(longest));
  }

  private static int extraBytes(String text) {
    String json = withExtra(longText(text)).extraJson();
    return json == null ? 0 : json.getBytes(StandardCharsets.UTF_8).length;
  }

  /** As JSON: control characters have to be escaped. */
  private static String longText(String text) {
    return "{\"long\":\"" + text.replace("\u0001", "\\u0001") + "\"}";
  }

  @ParameterizedTest
  @ValueSource(ints = {22_000, 65_536})
  void aTokenThatGrowsBeyondARecordWhenItIsWrittenIsRefused(int length) throws Exception {
    OAuthToken before = token("oLonger");
    store.saveToken("oLonger", before);
    for (String text : List.of("\u0001".repeat(length / 2), "x".repeat(length * 3))) {
      OAuthToken tooLong = before.toBuilder().accessToken(text).build();

      assertRefused(() -> store.saveToken("oLonger", tooLong));
      assertRefused(() -> store.replaceToken("oLonger", before, tooLong));
      assertRefused(() -> store.saveTokenIfAbsent("oLonger", tooLong));
    }
    assertStored(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, CREATED, 9_007_199_254_740_993L, Long.MAX_VALUE})
  void createAtKeepsEveryDigit(long createAt) throws Exception {
    assertRoundTrip(token("oTime").toBuilder().createAt(createAt).build());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 7200, 2_592_000, 2_147_483_648L})
  void expiresInKeepsEveryDigit(long expiresIn) throws Exception {
    assertRoundTrip(token("oLife").toBuilder().expiresIn(expiresIn).build());
  }

  @Test
  void theScopeComesBackAsWeChatWroteIt() throws Exception {
    assertRoundTrip(token("oScope").toBuilder().scope("snsapi_base,snsapi_userinfo,").build());
  }

  @Test
  void aSessionIsKeptOrRefusedButNeverHalved() throws Exception {
    OAuthToken session = session("oSession");
    if (hasRoomFor(Room.SESSION)) {
      assertRoundTrip(session);
      return;
    }
    store.saveToken("oSession", token("oSession"));

    assertRefused(() -> store.saveToken("oSession", session));
    assertRefused(() -> store.replaceToken("oSession", token("oSession"), session));
    assertRefused(() -> store.saveTokenIfAbsent("oOther", session("oOther")));
    assertThat(scan()).containsExactly(token("oSession"));
  }

  @Test
  void whatATokenLacksIsNullAndNotTheEmptyString() throws Exception {
    assumeRoomFor(Room.SESSION);

    store.saveToken("oSession", session("oSession"));

    OAuthToken read = store.getToken("oSession").orElseThrow();
    assertThat(read.accessToken()).isNull();
    assertThat(read.refreshToken()).isNull();
    assertThat(read.scope()).isNull();
    assertThat(read.unionid()).isNull();
  }

  @Test
  void theEmptyStringIsNotNull() throws Exception {
    assumeRoomFor(Room.SESSION);

    assertRoundTrip(
        session("oEmpty").toBuilder().accessToken("").refreshToken("").scope("").build());
  }

  @Test
  void aTokenOfTheWebLoginHasNoSessionKey() {
    store.saveToken("oWeb", token("oWeb"));

    assertThat(store.getToken("oWeb").orElseThrow().sessionKey()).isNull();
  }

  private static OAuthToken withExtra(String json) {
    return token("oExtra").toBuilder().extraJson(json).build();
  }

  private static void assertRefused(Runnable write) {
    assertThatThrownBy(write::run).isInstanceOf(IllegalArgumentException.class);
  }

  private void assertKeptWholeOrRefused(OAuthToken token) throws Exception {
    OAuthToken before = token(token.openid());
    store.saveToken(token.openid(), before);
    try {
      store.saveToken(token.openid(), token);
    } catch (IllegalArgumentException refused) {
      assertStored(before);
      assertRefused(() -> store.replaceToken(token.openid(), before, token));
      assertStored(before);
      return;
    }
    assertStored(kept(token));
  }
}
