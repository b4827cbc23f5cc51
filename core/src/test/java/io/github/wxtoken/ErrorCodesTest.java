package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.wxtoken.store.MemoryTokenStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The exception for each of WeChat's codes, call by call: docs/wechat-protocol.md#error-codes. */
class ErrorCodesTest {
  private final CannedServer server = new CannedServer();
  private final MemoryTokenStore store = new MemoryTokenStore();
  private final WeChatOAuth client = server.client().store(store).build();

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  private void refuses(int errcode) {
    server.answersWith("{\"errcode\":" + errcode + ",\"errmsg\":\"no, rid: 1-2-3\"}");
  }

  /** The code as it reaches the application: by itself, or as the cause of what to do. */
  private static WeChatOAuthException thrown(int errcode, Runnable call) {
    WeChatOAuthException e = catchThrowableOfType(WeChatOAuthException.class, call::run);
    Throwable said = e instanceof WeChatApiException ? e : e.getCause();
    assertThat(said)
        .isInstanceOfSatisfying(
            WeChatApiException.class,
            refusal -> {
              assertThat(refusal.errcode()).isEqualTo(errcode);
              assertThat(refusal.errmsg()).isEqualTo("no, rid: 1-2-3");
              assertThat(refusal)
                  .hasMessageStartingWith(
                      "WeChat says " + errcode + ": no, rid: 1-2-3 (app APPID)");
            });
    return e;
  }

  private static void assertReauthorization(@Nullable WeChatOAuthException e, String because) {
    assertThat(e).isExactlyInstanceOf(ReauthorizationRequiredException.class).hasMessage(because);
  }

  // The exchange of a code, of the web login and of a mini program

  @ParameterizedTest
  @ValueSource(ints = {40029, 41008, 42003})
  void aCodeThatIsNotValidMeansToAuthorizeAgain(int errcode) {
    refuses(errcode);
    String why = "this code is not valid (any more) for the app APPID. Let the user sign in again";
    assertReauthorization(thrown(errcode, () -> client.getAccessToken("CODE")), why);
    assertReauthorization(thrown(errcode, () -> client.getSessionKey("JSCODE")), why);
  }

  @Test
  void aUsedCodeIsAnExceptionOfItsOwn() {
    refuses(40163);
    assertThat(thrown(40163, () -> client.getAccessToken("CODE")))
        .isInstanceOf(CodeAlreadyUsedException.class)
        .isInstanceOf(ReauthorizationRequiredException.class)
        .hasMessage(
            "this code of the app APPID was exchanged before. If that signed the user in, do nothing;"
                + " if not, let the user sign in again");
    assertThat(thrown(40163, () -> client.getSessionKey("JSCODE")))
        .isInstanceOf(CodeAlreadyUsedException.class);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        -1, 40001, 40002, 40003, 40013, 40014, 40030, 40097, 40125, 40164, 40226, 40243, 41002,
        41004, 42001, 42002, 42007, 43001, 43003, 45009, 45011, 48001, 48004, 50002, 50004, 61003,
        89503, 123456, -99
      })
  void anyOtherCodeOfAnExchangeIsForTheOperator(int errcode) {
    refuses(errcode);
    assertThat(thrown(errcode, () -> client.getAccessToken("CODE")))
        .isExactlyInstanceOf(WeChatApiException.class);
    assertThat(thrown(errcode, () -> client.getSessionKey("JSCODE")))
        .isExactlyInstanceOf(WeChatApiException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "40013,Check the appid",
    "40125,Check the secret",
    "40164,Add the IP address of this server to the app's IP allowlist",
    "45011,Try again in the next minute"
  })
  void aRefusalThatTheOperatorCanEndSaysHow(int errcode, String remedy) {
    refuses(errcode);
    assertThat(thrown(errcode, () -> client.getAccessToken("CODE"))).hasMessageContaining(remedy);
  }

  // The refresh

  @ParameterizedTest
  @ValueSource(ints = {40029, 40030, 41003, 42002, 42007})
  void aDeadRefreshTokenMeansToAuthorizeAgain(int errcode) {
    refuses(errcode);
    assertReauthorization(
        thrown(errcode, () -> client.refreshAccessToken("RT")),
        "the refresh token is not valid (any more) for the app APPID. Let the user sign in again");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 40001, 40002, 40013, 40125, 40163, 41002, 45009, 45011, 50002, 77})
  void anyOtherCodeOfARefreshIsForTheOperator(int errcode) {
    refuses(errcode);
    assertThat(thrown(errcode, () -> client.refreshAccessToken("RT")))
        .isExactlyInstanceOf(WeChatApiException.class);
  }

  // The profile

  private void store(@Nullable String scope) {
    store.saveToken(
        "OID",
        OAuthToken.builder()
            .openid("OID")
            .accessToken("AT")
            .expiresIn(7200)
            .scope(scope)
            .createAt(System.currentTimeMillis())
            .build());
  }

  @ParameterizedTest
  @ValueSource(ints = {40001, 40014, 42001})
  void aRefusedTokenThatCannotBeRefreshedMeansToAuthorizeAgain(int errcode) {
    store("snsapi_userinfo");
    refuses(errcode);
    assertThat(
            catchThrowableOfType(
                ReauthorizationRequiredException.class, () -> client.getUser("OID")))
        .hasMessage("the token of OID has no refresh token, so the user must sign in again");
    assertThat(server.requests()).hasSize(1);
  }

  private static final String TOO_SMALL =
      "the user must authorize again with the scope snsapi_userinfo: the token of OID does not"
          + " allow to read the profile";

  private static void assertNeedsScope(@Nullable WeChatOAuthException e) {
    assertReauthorization(e, TOO_SMALL);
    assertThat(e)
        .isInstanceOfSatisfying(
            ReauthorizationRequiredException.class,
            needed -> {
              assertThat(needed.requiredScope()).isEqualTo(Scope.SNSAPI_USERINFO);
              assertThat(needed.openid()).isEqualTo("OID");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"snsapi_base", "snsapi_base,", " snsapi_base ,,"})
  void theBaseScopeIsTooSmallForAProfileWhichWeChatIsNotAsked(String scope) {
    store(scope);
    assertNeedsScope(catchThrowableOfType(WeChatOAuthException.class, () -> client.getUser("OID")));
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", ","})
  void aScopeThatIsNotKnownMayBeTooSmallWhichWeChatSays(@Nullable String scope) {
    store(scope);
    refuses(48001);
    assertNeedsScope(thrown(48001, () -> client.getUser("OID")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"snsapi_userinfo", "snsapi_login", "snsapi_base,snsapi_userinfo", "snsapi_new"})
  void anyOtherScopeIsWeChatsToJudge(String scope) {
    store(scope);
    server.answersWith("{\"openid\":\"OID\",\"nickname\":\"Amy\"}");
    assertThat(client.getUser("OID").nickname()).isEqualTo("Amy");
  }

  @Test
  void aProfileThatTheUserDidNotGrantMeansToAuthorizeAgain() {
    store("snsapi_userinfo");
    refuses(50001);
    assertNeedsScope(thrown(50001, () -> client.getUser("OID")));
  }

  @Test
  void anAccountWithoutTheProfileApiIsForTheOperator() {
    store("snsapi_base,snsapi_userinfo,");
    refuses(48001);
    assertThat(thrown(48001, () -> client.getUser("OID")))
        .isExactlyInstanceOf(WeChatApiException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 40003, 40013, 41001, 41009, 45009, 45011, 48004, 50002, 77})
  void anyOtherCodeOfAProfileIsForTheOperator(int errcode) {
    store("snsapi_userinfo");
    refuses(errcode);
    assertThat(thrown(errcode, () -> client.getUser("OID")))
        .isExactlyInstanceOf(WeChatApiException.class);
  }

  // The check

  @Test
  void aTokenIsGoodWhereWeChatSaysOk() {
    server.answersWith("{\"errcode\":0,\"errmsg\":\"ok\"}");
    assertThat(client.verifyToken("OID", "AT")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {40001, 40003, 40014, 42001})
  void aTokenIsBadWhereWeChatSaysSo(int errcode) {
    refuses(errcode);
    assertThat(client.verifyToken("OID", "AT")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 40013, 41001, 41009, 42002, 43003, 45009, 45011, 48001, 50002, 77})
  void anyOtherCodeOfACheckSaysNothingAboutTheToken(int errcode) {
    refuses(errcode);
    assertThat(thrown(errcode, () -> client.verifyToken("OID", "AT")))
        .isExactlyInstanceOf(WeChatApiException.class);
  }
}
