package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An appid and a secret that are certainly wrong are refused before WeChat sees them. */
class CredentialsTest {
  private static final String APPID = "wx0123456789abcdef";
  private static final String SECRET = "0123456789abcdefCA4A410123456789";

  @ParameterizedTest
  @ValueSource(strings = {"${WX_CANARY}", "${wx.canary:}", "#{canary}", "{{ .Values.canary }}"})
  void aPlaceholderThatNothingReplacedIsRefused(String placeholder) {
    String rule = " is a placeholder that nothing replaced";
    assertRefused(APPID, placeholder, "secret" + rule, "Set the environment variable");
    assertRefused(placeholder, SECRET, "appid" + rule, "Set the environment variable");
  }

  @ParameterizedTest
  @ValueSource(strings = {"%s\n", "%s\r\n", " %s", "%s ", "\t%s", "%s\u00a0", "\u0000%s"})
  void whiteSpaceIsRefusedAndNotStripped(String form) {
    String rule = " has white space or a line break in it";
    assertRefused(APPID, form.formatted(SECRET), "secret" + rule, "Remove");
    assertRefused(form.formatted(APPID), SECRET, "appid" + rule, "Remove");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"%s\"", "'%s'"})
  void quotationMarksAreRefused(String form) {
    String rule = " is in quotation marks";
    assertRefused(APPID, form.formatted(SECRET), "secret" + rule, "Remove");
    assertRefused(form.formatted(APPID), SECRET, "appid" + rule, "Remove");
  }

  @ParameterizedTest
  @CsvSource({
    SECRET + "," + APPID + ",appid and secret are swapped",
    APPID + "," + APPID + ",secret has the form of an appid",
    SECRET + "," + SECRET + ",appid has the form of a secret"
  })
  void oneInThePlaceOfTheOtherIsRefused(String appid, String secret, String why) {
    assertRefused(appid, secret, why, "ass the");
  }

  @ParameterizedTest
  @CsvSource({
    APPID + "," + SECRET,
    "APPID,SECRET",
    "wx0,5ec/ret+app=1",
    "wxsimulator,secret",
    "appid,wx-secret",
    "0123456789abcdef,$ecret{}"
  })
  void whateverElseATestMayUseIsTaken(String appid, String secret) {
    assertThatNoException().isThrownBy(() -> WeChatOAuth.builder(appid, secret));
  }

  private static void assertRefused(String appid, String secret, String why, String remedy) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeChatOAuth.builder(appid, secret))
        .withMessageStartingWith(why)
        .withMessageContaining(remedy)
        .withMessageNotContainingAny(SECRET, APPID, "CA4A41", "canary", "CANARY");
  }
}
