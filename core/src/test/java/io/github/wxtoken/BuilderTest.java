package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a client is made: what constructors and builder take, refuse, own and close. */
class BuilderTest {
  private static WeChatOAuth.Builder builder() {
    return WeChatOAuth.builder("APPID", "SECRET").store(new MemoryTokenStore());
  }

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " \t"})
  void anAppHasAnIdAndASecret(String blank) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeChatOAuth(blank, "SECRET"))
        .withMessage("appid must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeChatOAuth("APPID", blank))
        .withMessage("secret must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WeChatOAuth.builder(blank, "SECRET"))
        .withMessage("appid must not be blank");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().store(blank))
        .withMessage("url must not be blank");
  }

  @Test
  @SuppressWarnings("NullAway")
  void nullIsRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().store((TokenStore) null))
        .withMessage("store must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().httpClient(null))
        .withMessage("httpClient must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().httpTimeout(null))
        .withMessage("httpTimeout must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().header(null, "x"))
        .withMessage("name must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().header("x", null))
        .withMessage("value must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().apiEndpoint(null))
        .withMessage("apiEndpoint must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().openEndpoint(null))
        .withMessage("openEndpoint must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().clock(null))
        .withMessage("clock must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().refreshPolicy(null))
        .withMessage("refreshPolicy must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().listener(null))
        .withMessage("listener must not be null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT1H0.001S", "PT2562047788015215H30M7S"})
  void anHttpTimeoutIsMoreThanZeroAndAtMostAnHour(Duration bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().httpTimeout(bad))
        .withMessage("httpTimeout must be more than zero, at most an hour");
  }

  @ParameterizedTest
  @CsvSource({
    "'', x",
    "Bad Name, x",
    "Bad:Name, x",
    "X-Name, 'canary\r\nInjected: x'",
    "X-Name, 'canary\0'",
    "Host, canary",
    "Content-Length, 5",
    "Connection, canary"
  })
  void aHeaderThatWouldFailEveryRequestIsRefusedAtOnce(String name, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().header(name, value))
        .withMessage("HTTP or the JDK does not allow this header")
        .withNoCause();
  }

  @Test
  void anHttpClientThatFollowsRedirectsIsRefused() {
    for (HttpClient.Redirect follows :
        new HttpClient.Redirect[] {HttpClient.Redirect.NORMAL, HttpClient.Redirect.ALWAYS}) {
      HttpClient http = HttpClient.newBuilder().followRedirects(follows).build();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder().httpClient(http))
          .withMessage("httpClient must not follow redirects");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://h", "/path", "h:80", "http:///", "mailto:canary@h", "http://:80"})
  void anEndpointIsAWebUrl(URI bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().apiEndpoint(bad))
        .withMessage("apiEndpoint must be an absolute http or https URL");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().openEndpoint(bad))
        .withMessage("openEndpoint must be an absolute http or https URL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://h/", "http://h/path", "http://h?q", "http://h#f"})
  void theEndpointOfPagesHasNoPath(URI bad) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().openEndpoint(bad))
        .withMessage("openEndpoint must be a URL without a path");
  }

  // Stores and hooks

  @Test
  void oneHookWithoutTheOtherIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeChatOAuth("APPID", "SECRET", openid -> Optional.empty(), null))
        .withMessage("getToken and saveToken must both be null or both not");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WeChatOAuth("APPID", "SECRET", null, (openid, token) -> {}))
        .withMessage("getToken and saveToken must both be null or both not");
  }

  @Test
  void withoutHooksTokensAreInMemoryAndTheLogSaysSo() {
    try (LogCapture log = LogCapture.of(WeChatOAuth.class);
        WeChatOAuth client = new WeChatOAuth("APPID", "SECRET", null, null, false)) {
      assertThatExceptionOfType(NoTokenException.class)
          .isThrownBy(() -> client.getValidToken("OID"))
          .withMessage("No token for OID, please authorize first.");
      assertThat(log.lines())
          .anyMatch(line -> line.startsWith("WARN") && line.contains("not for production"));
    }
  }

  @Test
  void theTwoHooksAreAskedForTokens() {
    AtomicInteger asked = new AtomicInteger();
    try (WeChatOAuth client =
        new WeChatOAuth(
            "APPID",
            "SECRET",
            openid -> {
              asked.incrementAndGet();
              return Optional.empty();
            },
            (openid, token) -> {})) {
      assertThatExceptionOfType(NoTokenException.class)
          .isThrownBy(() -> client.getValidToken("OID"));
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  @SuppressWarnings({"NullAway", "NullOptional"})
  void aHookThatReturnsNullHasNoToken() {
    try (WeChatOAuth client =
        new WeChatOAuth("APPID", "SECRET", openid -> null, (openid, token) -> {})) {
      assertThatExceptionOfType(NoTokenException.class)
          .isThrownBy(() -> client.getValidToken("OID"));
    }
  }

  @Test
  void theSameStoreAsBothHooksIsTheFullStore() {
    try (Simulated simulated = Simulated.start();
        WeChatOAuth client = simulated.client().hooks(simulated.store, simulated.store).build();
        WeChatOAuth process2 = simulated.client().build()) {
      String code = simulated.code("band");
      client.getAccessToken(code);
      // Only a store leases, and only a lease keeps another process from WeChat.
      long calls = simulated.wechat.counters().total();
      assertThatExceptionOfType(CodeAlreadyUsedException.class)
          .isThrownBy(() -> process2.getAccessToken(code));
      assertThat(simulated.wechat.counters().total()).isEqualTo(calls);
    }
  }

  @Test
  void theLastStoreThatIsSetCounts() {
    MemoryTokenStore store = new MemoryTokenStore();
    OAuthToken token =
        OAuthToken.builder()
            .openid("OID")
            .accessToken("AT")
            .expiresIn(7200)
            .createAt(System.currentTimeMillis())
            .build();
    store.saveToken("OID", token);
    try (WeChatOAuth client =
        builder()
            .store("memory:")
            .hooks(o -> Optional.empty(), (o, t) -> {})
            .store(store)
            .build()) {
      assertThat(client.getValidToken("OID")).isEqualTo(token);
    }
    try (WeChatOAuth client = builder().store(store).store("memory:").build()) {
      assertThatExceptionOfType(NoTokenException.class)
          .isThrownBy(() -> client.getValidToken("OID"));
    }
  }

  @Test
  void aStoreThatIsGivenIsNotClosed() {
    MemoryTokenStore store = new MemoryTokenStore();
    builder().store(store).build().close();
    assertThat(store.getToken("OID")).isEmpty();
  }

  @Test
  void aStoreOfAUrlIsOpenedAndUsed(@TempDir Path directory) throws Exception {
    try (Simulated simulated = Simulated.start();
        WeChatOAuth client = simulated.client().store("file:" + directory).build()) {
      String openid = client.getAccessToken(simulated.code("band")).openid();
      assertThat(directory.resolve(openid + ":access_token.txt")).exists();
    }
  }

  @Test
  void aStoreUrlThatIsWrongFailsTheBuild() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().store("mongodb://user:canary@h/db").build())
        .withMessageContaining("wxtoken-store-mongo")
        .satisfies(e -> assertThat(e).hasMessageNotContaining("canary"));
  }

  @Test
  void aClosedClientSaysSoAndMayBeClosedAgain() {
    WeChatOAuth client = builder().build();
    client.close();
    client.close();
    for (Runnable call :
        new Runnable[] {
          () -> client.getAccessToken("CODE"),
          () -> client.refreshAccessToken("RT"),
          () -> client.getValidToken("OID"),
          () -> client.getUser("OID"),
          () -> client.getUserByCode("CODE"),
          () -> client.verifyToken("OID", "AT"),
          () -> client.getSessionKey("CODE")
        }) {
      assertThatIllegalStateException().isThrownBy(call::run).withMessage("this client is closed");
    }
    assertThat(client.getAuthorizeURL("http://h/")).contains("appid=APPID");
  }
}
