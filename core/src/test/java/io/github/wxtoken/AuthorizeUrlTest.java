package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.store.MemoryTokenStore;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The links that send users to sign in: docs/wechat-protocol.md#authorize-page. */
class AuthorizeUrlTest {
  private static final String HOME = "http://diveintonode.org/";
  private static final WeChatOAuth client =
      WeChatOAuth.builder("appid", "appsecret").store(new MemoryTokenStore()).build();

  @AfterAll
  static void close() {
    client.close();
  }

  @Test
  void theUrlIsWechatOauthsByteForByte() {
    assertThat(client.getAuthorizeURL(HOME, "hehe"))
        .isEqualTo(
            "https://open.weixin.qq.com/connect/oauth2/authorize?appid=appid"
                + "&redirect_uri=http%3A%2F%2Fdiveintonode.org%2F&response_type=code"
                + "&scope=snsapi_base&state=hehe#wechat_redirect");
  }

  @Test
  void theUrlForWebsitesIsWechatOauthsByteForByte() {
    assertThat(client.getAuthorizeURLForWebsite(HOME))
        .isEqualTo(
            "https://open.weixin.qq.com/connect/qrconnect?appid=appid"
                + "&redirect_uri=http%3A%2F%2Fdiveintonode.org%2F&response_type=code"
                + "&scope=snsapi_login&state=#wechat_redirect");
  }

  @Test
  void theStateIsEmptyAndTheScopeBaseUnlessGiven() {
    assertThat(client.getAuthorizeURL(HOME))
        .isEqualTo(client.getAuthorizeURL(HOME, ""))
        .isEqualTo(client.getAuthorizeURL(HOME, "", Scope.SNSAPI_BASE))
        .endsWith("&scope=snsapi_base&state=#wechat_redirect");
  }

  @Test
  void theStateForWebsitesIsSent() {
    assertThat(client.getAuthorizeURLForWebsite(HOME, "hehe"))
        .endsWith("&scope=snsapi_login&state=hehe#wechat_redirect");
  }

  // That the state cannot be taken for the scope, as in wechat-oauth, is the compiler's to check:
  // getAuthorizeURL(HOME, Scope.SNSAPI_USERINFO) does not compile.
  @Test
  void theScopeIsSentAsAsked() {
    assertThat(client.getAuthorizeURL(HOME, "hehe", Scope.SNSAPI_USERINFO))
        .endsWith("&scope=snsapi_userinfo&state=hehe#wechat_redirect");
  }

  @Test
  void theCommaBetweenScopesIsEncoded() {
    assertThat(client.getAuthorizeURL(HOME, "", Scope.of("snsapi_base", "snsapi_userinfo")))
        .contains("&scope=snsapi_base%2Csnsapi_userinfo&");
  }

  @Test
  void anotherServerTakesThePlaceOfWeChats() {
    try (WeChatOAuth elsewhere =
        WeChatOAuth.builder("appid", "appsecret")
            .store(new MemoryTokenStore())
            .openEndpoint(URI.create("http://127.0.0.1:8080"))
            .build()) {
      assertThat(elsewhere.getAuthorizeURL(HOME))
          .startsWith("http://127.0.0.1:8080/connect/oauth2/authorize?appid=appid&");
      assertThat(elsewhere.getAuthorizeURLForWebsite(HOME))
          .startsWith("http://127.0.0.1:8080/connect/qrconnect?appid=appid&");
    }
  }

  /** Vectors made with Node 20: {@code querystring.escape}. */
  @Test
  void everyAsciiCharacterIsEncodedAsNodeDoes() {
    StringBuilder ascii = new StringBuilder();
    for (char c = 0; c < 128; c++) {
      ascii.append(c);
    }
    assertThat(client.getAuthorizeURL(HOME, ascii.toString()))
        .endsWith(
            "&state="
                + "%00%01%02%03%04%05%06%07%08%09%0A%0B%0C%0D%0E%0F"
                + "%10%11%12%13%14%15%16%17%18%19%1A%1B%1C%1D%1E%1F"
                + "%20!%22%23%24%25%26'()*%2B%2C-.%2F"
                + "0123456789%3A%3B%3C%3D%3E%3F"
                + "%40ABCDEFGHIJKLMNO"
                + "PQRSTUVWXYZ%5B%5C%5D%5E_"
                + "%60abcdefghijklmno"
                + "pqrstuvwxyz%7B%7C%7D~%7F"
                + "#wechat_redirect");
  }

  /** Vectors made with Node 20: {@code querystring.escape}. */
  @ParameterizedTest
  @CsvSource({
    "微信 登录, %E5%BE%AE%E4%BF%A1%20%E7%99%BB%E5%BD%95",
    "😀👩‍💻, %F0%9F%98%80%F0%9F%91%A9%E2%80%8D%F0%9F%92%BB",
    "é ü ß, %C3%A9%20%C3%BC%20%C3%9F",
  })
  void everyOtherCharacterIsEncodedAsNodeDoes(String state, String encoded) {
    assertThat(client.getAuthorizeURL(HOME, state))
        .endsWith("&state=" + encoded + "#wechat_redirect");
  }

  @Test
  void theRedirectIsEncodedOnceWithItsQueryAndFragment() {
    assertThat(client.getAuthorizeURL("https://例え.jp/回调?a=b&c=d#/f"))
        .contains(
            "&redirect_uri=https%3A%2F%2F%E4%BE%8B%E3%81%88.jp%2F%E5%9B%9E%E8%B0%83"
                + "%3Fa%3Db%26c%3Dd%23%2Ff&response_type=code");
    assertThat(client.getAuthorizeURL("http://h/?x=%20"))
        .contains("=http%3A%2F%2Fh%2F%3Fx%3D%2520&");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP://h",
        "https://h:8443/x",
        "http://my_host/",
        "http://[::1]/",
        "http://1.2.3.4"
      })
  void anAbsoluteWebUrlIsARedirect(String redirect) {
    assertThat(client.getAuthorizeURL(redirect)).contains("&response_type=code&");
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "  ",
        "/callback-canary",
        "canary",
        "//h/canary",
        "ftp://h/canary",
        "http://h/canary x",
        " http://h/canary",
        "http://h/\ncanary",
        "javascript:alert('canary')",
        "http:canary",
        "http:///canary",
        "https://",
        "http://?canary",
        "http://:80/canary",
        "http://user@/canary",
        "http://h/%zz-canary",
      })
  void anythingElseIsRefusedAndNotQuoted(String redirect) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.getAuthorizeURL(redirect))
        .withMessage("redirect must be an absolute http or https URL")
        .withNoCause();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.getAuthorizeURLForWebsite(redirect))
        .withMessage("redirect must be an absolute http or https URL");
  }

  @Test
  void aStateHasAtMost128Bytes() {
    assertThat(client.getAuthorizeURL(HOME, "x".repeat(128))).contains("x".repeat(128));
    for (String tooLong : new String[] {"x".repeat(129), "信".repeat(43)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.getAuthorizeURL(HOME, tooLong))
          .withMessage("state must be at most 128 bytes, and not null; this one has 129");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> client.getAuthorizeURLForWebsite(HOME, tooLong))
          .withMessageStartingWith("state ");
    }
  }

  @Test
  @SuppressWarnings("NullAway")
  void nullIsNeitherAStateNorAScope() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.getAuthorizeURL(HOME, null))
        .withMessageStartingWith("state ");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.getAuthorizeURL(HOME, "", null))
        .withMessage("scope must not be null");
  }
}
