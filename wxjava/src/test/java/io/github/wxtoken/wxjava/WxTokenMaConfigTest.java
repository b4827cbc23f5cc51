package io.github.wxtoken.wxjava;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import cn.binarywang.wx.miniapp.api.WxMaService;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.simulator.Endpoint;
import java.time.Duration;
import me.chanjar.weixin.common.bean.WxAccessToken;
import me.chanjar.weixin.common.error.WxErrorException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A mini program by WxJava. */
class WxTokenMaConfigTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private String phone(WxMaService service) throws WxErrorException {
    String code = scene.weChat.phoneNumberCode(Scene.MINI, "ann", "86", "13800000000");
    return service.getUserService().getPhoneNumber(code).getPurePhoneNumber();
  }

  @Test
  void processesShareATokenThroughAnExpiry() throws Exception {
    WxMaService first = scene.miniProgram();
    WxMaService second = scene.miniProgram();

    assertThat(phone(first)).isEqualTo("13800000000");
    assertThat(phone(second)).isEqualTo("13800000000");
    scene.later(Duration.ofHours(2));
    phone(second);
    phone(first);

    assertThat(scene.fetches()).isEqualTo(2);
    assertThat(scene.counters().successes(Endpoint.PHONE_NUMBER)).isEqualTo(4);
    assertThat(scene.counters().calls(Endpoint.PHONE_NUMBER)).isEqualTo(4);
  }

  @Test
  void aRefusedTokenIsReplacedOnceAndTheCallRepeated() throws Exception {
    WxMaService first = scene.miniProgram();
    WxMaService second = scene.miniProgram();
    phone(first);
    phone(second);
    scene.weChat.killAccessToken(first.getAccessToken());

    assertThat(phone(first)).isEqualTo("13800000000");
    assertThat(phone(second)).isEqualTo("13800000000");
    assertThat(scene.fetches()).isEqualTo(2);
  }

  @Test
  void processesShareTickets() throws Exception {
    WxMaService first = scene.miniProgram();
    WxMaService second = scene.miniProgram();

    assertThat(second.getJsapiService().getJsapiTicket(true))
        .isEqualTo(first.getJsapiService().getJsapiTicket());
    assertThat(second.getJsapiService().getCardApiTicket(true))
        .isEqualTo(first.getJsapiService().getCardApiTicket());
    assertThat(scene.counters().calls(Endpoint.TICKET)).isEqualTo(2);
  }

  @Test
  void aForcedRefreshOfWxJavaIsRefusedBeforeAnyRequest() {
    WxMaService service = scene.miniProgram();

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> service.getAccessToken(true))
        .withMessageContaining("remove the call, or call expireAccessToken()");
    assertThat(scene.fetches()).isZero();
  }

  @Test
  void anApplicationCanExpireTheTokenByItself() {
    WxTokenMaConfig config = new WxTokenMaConfig(scene.app(Scene.MINI));
    String old = config.getAccessToken();

    config.expireAccessToken();
    config.expireJsapiTicket();
    config.expireCardApiTicket();

    assertThat(config.getAccessToken()).isNotEqualTo(old);
  }

  @Test
  void aTokenOrTicketFromElsewhereIsRefused() {
    WxTokenMaConfig config = new WxTokenMaConfig(scene.app(Scene.MINI));
    WxAccessToken token = new WxAccessToken();

    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> config.updateAccessToken("canary", 7200))
        .withMessageNotContaining("canary");
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> config.updateAccessToken(token));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> config.setAccessToken("canary"));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> config.updateJsapiTicket("canary", 7200));
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> config.updateCardApiTicket("canary", 7200));
  }

  @Test
  void itIsOfOneAppAndIsPrintedWithoutSecrets() {
    WeChatApp app = scene.app(Scene.MINI);
    WxTokenMaConfig config = new WxTokenMaConfig(app);
    config.setSecret("canary");

    config.setAppid(Scene.MINI);
    assertThatIllegalArgumentException().isThrownBy(() -> config.setAppid("wxother"));
    assertThat(config.getWechatMpAppid()).isEqualTo(Scene.MINI);
    assertThat(config).hasToString("WxTokenMaConfig[wxmini]");
    assertThat(config.getExpiresTime()).isEqualTo(app.getAccessToken().expiresAt().toEpochMilli());
  }
}
