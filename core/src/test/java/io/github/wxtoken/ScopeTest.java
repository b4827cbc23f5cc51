package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scopes, as applications ask for them and as WeChat writes them:
 * docs/wechat-protocol.md#code-exchange.
 */
class ScopeTest {
  private static final Scope BOTH = Scope.of("snsapi_base", "snsapi_userinfo");

  @Test
  void aScopeIsWrittenWithCommas() {
    assertThat(Scope.SNSAPI_BASE).hasToString("snsapi_base");
    assertThat(Scope.SNSAPI_USERINFO).hasToString("snsapi_userinfo");
    assertThat(Scope.SNSAPI_LOGIN).hasToString("snsapi_login");
    assertThat(BOTH).hasToString("snsapi_base,snsapi_userinfo");
  }

  @Test
  void whatWeChatWroteIsTakenApart() {
    assertThat(Scope.parse("snsapi_base,snsapi_userinfo,")).isEqualTo(BOTH);
    assertThat(Scope.parse(" snsapi_base , ,snsapi_userinfo")).isEqualTo(BOTH);
    assertThat(Scope.parse("snsapi_base")).isEqualTo(Scope.SNSAPI_BASE);
    assertThat(Scope.parse("")).isEqualTo(Scope.parse(null)).hasToString("");
    assertThat(Scope.parse(",")).isEqualTo(Scope.parse(null));
  }

  @Test
  void theOrderDoesNotCount() {
    assertThat(Scope.parse("snsapi_userinfo,snsapi_base,snsapi_base"))
        .isEqualTo(BOTH)
        .hasSameHashCodeAs(BOTH);
    assertThat(BOTH).isNotEqualTo(Scope.SNSAPI_BASE).isNotEqualTo("snsapi_base");
  }

  @Test
  void aScopeContainsItsParts() {
    assertThat(BOTH.contains(Scope.SNSAPI_BASE)).isTrue();
    assertThat(BOTH.contains(BOTH)).isTrue();
    assertThat(BOTH.contains(Scope.SNSAPI_LOGIN)).isFalse();
    assertThat(Scope.SNSAPI_BASE.contains(BOTH)).isFalse();
    assertThat(Scope.SNSAPI_BASE.contains(Scope.parse(null))).isTrue();
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "snsapi_base,", "SNSAPI", "a b", "a&b", "a\n", "信"})
  void aNameIsOfLowerCaseLettersDigitsAndUnderscores(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Scope.of("snsapi_base", name))
        .withMessage("scope must be names of [a-z0-9_]");
  }

  @Test
  void aScopeThatIsAskedForHasAName() {
    assertThatIllegalArgumentException()
        .isThrownBy(Scope::of)
        .withMessage("scope must have a name");
  }
}
