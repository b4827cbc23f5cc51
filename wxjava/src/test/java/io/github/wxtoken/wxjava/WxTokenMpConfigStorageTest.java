package io.github.wxtoken.wxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.AppAccessToken;
import io.github.wxtoken.WeChatApiException;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import me.chanjar.weixin.common.bean.WxAccessToken;
import me.chanjar.weixin.common.bean.WxJsapiSignature;
import me.chanjar.weixin.common.enums.TicketType;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An official account by WxJava. */
class WxTokenMpConfigStorageTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private String menu(WxMpService service) throws WxErrorException {
    return service.getMenuService().menuGet().getMenu().getButtons().get(0).getName();
  }

  @Test
  void processesShareATokenThatIsFetchedOnce() throws Exception {
    WxMpService first = scene.account();
    WxMpService second = scene.account();

    assertThat(menu(first)).isEqualTo("Hello");
    assertThat(menu(second)).isEqualTo("Hello");
    assertThat(first.getAccessToken()).isEqualTo(second.getAccessToken());
    assertThat(scene.fetches()).isEqualTo(1);
  }

  @Test
  void anExpiryCostsOneFetchAndNoRefusal() throws Exception {
    WxMpService first = scene.account();
    WxMpService second = scene.account();
    menu(first);

    scene.later(Duration.ofHours(2));
    menu(first);
    menu(second);

    assertThat(scene.fetches()).isEqualTo(2);
    assertThat(scene.counters().calls(Endpoint.MENU)).isEqualTo(3);
    assertThat(scene.counters().successes(Endpoint.MENU)).isEqualTo(3);
  }

  @Test
  void aRefusedTokenIsReplacedOnceAndTheCallRepeated() throws Exception {
    WxMpService first = scene.account();
    WxMpService second = scene.account();
    menu(first);
    menu(second);
    scene.weChat.killAccessToken(first.getAccessToken());

    assertThat(menu(first)).isEqualTo("Hello");
    assertThat(menu(second)).isEqualTo("Hello");
    assertThat(scene.fetches()).isEqualTo(2);
    assertThat(scene.counters().errors(Endpoint.MENU, 40001)).isBetween(1L, 2L);
    assertThat(scene.counters().appTokensForced(Scene.ACCOUNT)).isZero();
  }

  /** The process has the old token in its memory, and another one has replaced it. */
  @Test
  void aRefusalThatComesLateEndsNoFreshToken() {
    WeChatApp app = scene.app(Scene.ACCOUNT);
    WeChatApp other = scene.app(Scene.ACCOUNT);
    WxTokenMpConfigStorage config = new WxTokenMpConfigStorage(app);
    String refused = config.getAccessToken();
    AppAccessToken old = other.getAccessToken();
    scene.weChat.killAccessToken(refused);
    String fresh = other.invalidate(old).value();

    config.getAccessTokenLock().lock();
    try {
      assertThat(config.getAccessToken()).isEqualTo(refused);
      config.expireAccessToken();
    } finally {
      config.getAccessTokenLock().unlock();
    }

    assertThat(config.getAccessToken()).isEqualTo(fresh);
    assertThat(scene.fetches()).isEqualTo(2);
  }

  @Test
  void anotherThreadsReadDoesNotChangeWhatTheHolderHasCompared() {
    WxTokenMpConfigStorage config = new WxTokenMpConfigStorage(scene.app(Scene.ACCOUNT));
    config.getAccessTokenLock().lock();
    try {
      String refused = config.getAccessToken();
      scene.weChat.killAccessToken(refused);
      CompletableFuture.runAsync(config::expireAccessToken).join();
      CompletableFuture.runAsync(config::getAccessToken).join();

      config.expireAccessToken();
    } finally {
      config.getAccessTokenLock().unlock();
    }

    assertThat(scene.fetches()).isEqualTo(2);
  }

  @Test
  void anApplicationCanExpireTheTokenByItself() {
    WxTokenMpConfigStorage config = new WxTokenMpConfigStorage(scene.app(Scene.ACCOUNT));
    String old = config.getAccessToken();

    config.expireAccessToken();

    assertThat(config.getAccessToken()).isNotEqualTo(old);
    assertThat(scene.counters().appTokensForced(Scene.ACCOUNT)).isEqualTo(1);
  }

  @Test
  void aForcedRefreshOfWxJavaIsRefusedBeforeAnyRequest() {
    WxMpService service = scene.account();

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> service.getAccessToken(true))
        .withMessageContaining("remove the call, or call expireAccessToken()");
    assertThat(scene.fetches()).isZero();
  }

  @Test
  void aTokenOrTicketFromElsewhereIsRefused() {
    WxTokenMpConfigStorage config = new WxTokenMpConfigStorage(scene.app(Scene.ACCOUNT));
    WxAccessToken token = new WxAccessToken();

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> config.updateAccessToken("canary", 7200))
        .withMessageContaining("Remove the call")
        .withMessageNotContaining("canary");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> config.updateAccessToken(token));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> config.setAccessToken("canary"));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> config.updateTicket(TicketType.JSAPI, "canary", 7200));
  }

  @Test
  void processesShareTickets() throws Exception {
    WxMpService first = scene.account();
    WxMpService second = scene.account();

    WxJsapiSignature signature = first.createJsapiSignature("https://app.example.com/");
    assertThat(signature.getAppId()).isEqualTo(Scene.ACCOUNT);
    assertThat(second.getJsapiTicket(true)).isEqualTo(first.getJsapiTicket());
    assertThat(second.getTicket(TicketType.WX_CARD)).isEqualTo(first.getTicket(TicketType.WX_CARD));
    assertThat(scene.counters().ticketFetches(Scene.ACCOUNT)).isEqualTo(2);
    assertThat(scene.counters().calls(Endpoint.TICKET)).isEqualTo(2);
  }

  /** The simulator knows no such type: the call goes out by WxJava, with the shared token. */
  @Test
  void ticketsOfMobileAppsStayWxJavas() {
    WxMpService service = scene.account();

    assertThatExceptionOfType(WxErrorException.class)
        .isThrownBy(() -> service.getTicket(TicketType.SDK))
        .satisfies(e -> assertThat(e.getError().getErrorCode()).isEqualTo(40097));
    assertThat(scene.fetches()).isEqualTo(1);
    WxTokenMpConfigStorage config = (WxTokenMpConfigStorage) service.getWxMpConfigStorage();
    config.updateTicket(TicketType.SDK, "ticket", 7200);
    assertThat(config.getTicket(TicketType.SDK)).isEqualTo("ticket");
    config.expireTicket(TicketType.SDK);
    assertThat(config.isTicketExpired(TicketType.SDK)).isTrue();
  }

  @Test
  void anErrorOfTheFetchReachesTheCallerAsItIs() {
    scene.weChat.faults().add(Endpoint.STABLE_TOKEN, Fault.errcode(40125));
    WxMpService service = scene.account();

    assertThatExceptionOfType(WeChatApiException.class)
        .isThrownBy(() -> service.getMenuService().menuGet())
        .satisfies(e -> assertThat(e.errcode()).isEqualTo(40125));
  }

  @Test
  void theExpiryIsThatOfTheSharedToken() {
    WeChatApp app = scene.app(Scene.ACCOUNT);

    assertThat(new WxTokenMpConfigStorage(app).getExpiresTime())
        .isEqualTo(app.getAccessToken().expiresAt().toEpochMilli());
  }

  @Test
  void itIsOfOneApp() {
    WxTokenMpConfigStorage config = new WxTokenMpConfigStorage(scene.app(Scene.ACCOUNT));

    config.setAppId(Scene.ACCOUNT);
    assertThat(config.getAppId()).isEqualTo(Scene.ACCOUNT);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> config.setAppId("wxother"))
        .withMessageContaining("Create another one");
  }

  @Test
  void itIsPrintedWithoutSecrets() {
    WxTokenMpConfigStorage config = new WxTokenMpConfigStorage(scene.app(Scene.ACCOUNT));
    config.setSecret("canary");

    assertThat(config.getSecret()).isEqualTo("canary");
    assertThat(config).hasToString("WxTokenMpConfigStorage[wxaccount]");
  }
}
