package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.UncheckedIOException;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The URL of a gateway that is asked in WeChat's place. */
class ApiEndpointTest {
  private final CannedServer gateway = new CannedServer();

  @AfterEach
  void close() throws Exception {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "http://gateway, http://gateway",
    "http://gateway/, http://gateway",
    "http://gateway/wx/, http://gateway/wx",
    "https://gateway:8443/a/b, https://gateway:8443/a/b",
    "http://wx_gateway:8080/wx/, http://wx_gateway:8080/wx",
    "http://_a/, http://_a",
    "http://user:pw@wx_gateway/, http://user:pw@wx_gateway",
  })
  void aSlashAtTheEndMakesNoDifference(URI given, URI kept) {
    assertThat(ApiEndpoint.require(given)).isEqualTo(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://h?q", "http://h/?q", "http://h/#f"})
  void anEndpointHasNoQueryAndNoFragment(URI bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiEndpoint.require(bad))
        .withMessage("apiEndpoint must be a URL without a query or a fragment");
  }

  @Test
  void httpsNeedsANameThatACertificateCanHave() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiEndpoint.require(URI.create("https://wx_gateway/")))
        .withMessageContaining("Use http, or a name without underscores");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://微信", "http://a_b:port", "http://a_-", "http://a_b:1:2"})
  void anotherHostThatJavaCannotAskIsRefused(URI bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ApiEndpoint.require(bad))
        .withMessage("apiEndpoint must name a host of letters, digits, '.', '-' and '_'");
  }

  @Test
  void aUriThatJavaCanAskStaysAsItIs() {
    URI uri = URI.create("http://gateway/wx/sns/auth?a=b");

    assertThat(ApiEndpoint.addressed(uri)).isSameAs(uri);
  }

  @Test
  void theHeaderHostHasTheNameAndThePortWithoutTheUser() {
    assertThat(ApiEndpoint.hostHeader(URI.create("http://user:pw@wx_gateway:8080/wx?q")))
        .isEqualTo("wx_gateway:8080");
    assertThat(ApiEndpoint.hostHeader(URI.create("http://wx_gateway/wx"))).isEqualTo("wx_gateway");
  }

  @Test
  void aNameThatNobodyResolvesIsAnErrorWithoutTheUri() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> ApiEndpoint.addressed(URI.create("http://no_such.invalid/?secret=s")))
        .withMessageNotContaining("secret");
    try (WeChatOAuth client =
        gateway.client().apiEndpoint(URI.create("http://no_such.invalid/wx/")).build()) {
      assertThatExceptionOfType(WeChatTransportException.class)
          .isThrownBy(() -> client.getAccessToken("CODE"))
          .withMessageContaining("cannot resolve the host name")
          .withMessageNotContaining("CODE");
    }
  }

  @Test
  void aPathStandsBeforeThePathOfEachCall() {
    gateway.answersWith(
        "{\"access_token\":\"AT\",\"expires_in\":7200,\"openid\":\"OID\",\"refresh_token\":\"RT\"}");
    URI endpoint = URI.create(gateway.uri() + "/wx/");
    try (WeChatOAuth client = gateway.client().apiEndpoint(endpoint).build()) {
      client.getAccessToken("CODE");
    }

    assertThat(gateway.requests().get(0).target())
        .startsWith("/wx/sns/oauth2/access_token?appid=APPID");
  }
}
