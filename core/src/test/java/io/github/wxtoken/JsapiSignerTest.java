package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/wechat-protocol.md#js-sdk-signature. */
class JsapiSignerTest {
  /** The ticket of WeChat's published example. */
  private static final AppTicket TICKET =
      new AppTicket(
          "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
          Instant.MAX);

  private final JsapiSigner signer =
      new JsapiSigner("wx1", Clock.fixed(Instant.ofEpochSecond(1414587457), ZoneOffset.UTC));

  private JsapiSignature sign(String url) {
    return signer.sign(TICKET, URI.create(url), 1414587457, "Wm3WZYTPz0wzccnW");
  }

  @Test
  void weChatsPublishedExampleIsReproduced() {
    assertThat(sign("http://mp.weixin.qq.com?params=value"))
        .isEqualTo(
            new JsapiSignature(
                "wx1", 1414587457, "Wm3WZYTPz0wzccnW", "0f9de62fce790f9a083d5c99e95740ceb90c27ed"));
  }

  @Test
  void theFragmentIsNotSigned() {
    assertThat(sign("http://mp.weixin.qq.com?params=value#/page"))
        .isEqualTo(sign("http://mp.weixin.qq.com?params=value"));
  }

  @Test
  void theTimeIsTheClocksAndTheNonceIsNew() {
    URI page = URI.create("https://example.com/");
    JsapiSignature one = signer.sign(TICKET, page);
    JsapiSignature two = signer.sign(TICKET, page);

    assertThat(one.timestamp()).isEqualTo(1414587457);
    assertThat(one.nonceStr()).matches("[0-9a-f]{32}").isNotEqualTo(two.nonceStr());
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "/page", "example.com", "ftp://example.com/", "http://exa mple.com/"})
  void onlyAnAbsoluteWebUrlIsSigned(String url) {
    assertThatThrownBy(() -> JsapiSigner.requirePage(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("url must be an absolute http or https URL");
  }
}
