package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys are compared byte for byte, and a text that is no key is refused. */
abstract class KeyCases extends Cases {

  KeyCases(TokenStoreContract contract) {
    super(contract);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "oABC oabc oAbC OABC",
        "a a- a_ a: aa -a _a :a",
        "i I",
        "1 01 1e0 1_0 -1 1-",
        "123 0123 1e2 100 0x7b",
        "a_b axb a-b",
        "null NULL undefined",
        "__proto__ constructor toString"
      })
  void keysThatDifferByOneCharacterAreDifferentKeys(String keys) {
    List<OAuthToken> saved = Stream.of(keys.split(" ", -1)).map(Tokens::token).toList();

    saved.forEach(token -> assertThat(store.saveTokenIfAbsent(token.openid(), token)).isTrue());

    assertThat(saved)
        .allSatisfy(token -> assertThat(store.getToken(token.openid())).contains(token));
    assertThat(scan()).containsExactlyInAnyOrderElementsOf(saved);
  }

  @ParameterizedTest
  @ValueSource(strings = {"oABC oabc", "a- a", "a: a", "a a_", "123 0123", "1e2 100", "a_b axb"})
  void whatIsDoneToOneKeyIsNotDoneToItsLookalike(String keys) throws Exception {
    OAuthToken one = token(keys.split(" ", -1)[0]);
    OAuthToken lookalike = one.toBuilder().openid(keys.split(" ", -1)[1]).build();
    store.saveToken(one.openid(), one);

    assertThat(store.getToken(lookalike.openid())).isEmpty();
    assertThat(store.replaceToken(lookalike.openid(), lookalike, renewed(lookalike, 1))).isFalse();
    assertThat(store.deleteToken(lookalike.openid())).isFalse();
    store.saveToken(lookalike.openid(), renewed(lookalike, 2));

    assertStored(one);
    assertStored(renewed(lookalike, 2));
  }

  @Test
  void theLongestKeyIsKept() throws Exception {
    String key = "K".repeat(contract.longestOpenid());

    assertRoundTrip(token(key).toBuilder().accessToken("AT").refreshToken("RT").build());

    assertThat(store.deleteToken(key)).isTrue();
  }

  @Test
  void longKeysThatDifferAtTheirEndAreDifferentKeys() throws Exception {
    String begin = "K".repeat(contract.longestOpenid() - 1);
    OAuthToken one = token("oAny").toBuilder().openid(begin + "1").build();
    OAuthToken two = token("oAny").toBuilder().openid(begin + "2").build();

    store.saveToken(one.openid(), one);
    assertThat(store.getToken(two.openid())).isEmpty();
    store.saveToken(two.openid(), renewed(two, 1));

    assertStored(one);
    assertStored(renewed(two, 1));
  }

  @ParameterizedTest
  @MethodSource("whatIsNoKey")
  void whatIsNoKeyIsRefusedByEveryMethod(@Nullable String bad) {
    assertRefusedByEveryMethod(bad);
  }

  @Test
  void aKeyThatIsTooLongIsRefusedByEveryMethod() {
    assertRefusedByEveryMethod("K".repeat(contract.longestOpenid() + 1));
  }

  static Stream<@Nullable String> whatIsNoKey() {
    return Stream.of(
        null,
        "",
        " ",
        "a ",
        " a",
        "a b",
        "a\n",
        "\na",
        "a\r",
        "a\t",
        "a\u0000",
        "a'",
        "a\"",
        "a`",
        "a;",
        "a%",
        "a*",
        "a?",
        "a.",
        "a/b",
        "../a",
        "a\\b",
        "a{b}",
        "a$",
        "\u0131",
        "é",
        "ａ",
        "用户",
        "😀",
        "K".repeat(129),
        "K".repeat(200));
  }

  @SuppressWarnings("NullAway") // Null is one of the bad keys.
  private void assertRefusedByEveryMethod(@Nullable String bad) {
    OAuthToken witness = token("a");
    OAuthToken token =
        bad == null || bad.isEmpty() ? witness : witness.toBuilder().openid(bad).build();
    store.saveToken("a", witness);

    assertRefused(() -> store.getToken(bad));
    assertRefused(() -> store.saveToken(bad, token));
    assertRefused(() -> store.saveTokenIfAbsent(bad, token));
    assertRefused(() -> store.replaceToken(bad, token, token));
    assertRefused(() -> store.deleteToken(bad));

    assertThat(scan()).containsExactly(witness);
  }

  private static void assertRefused(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
  }
}
