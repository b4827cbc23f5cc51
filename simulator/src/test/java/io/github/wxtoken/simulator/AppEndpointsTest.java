package io.github.wxtoken.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls with the token of an app: docs/wechat-protocol.md#calls-with-the-app-token. */
class AppEndpointsTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private String token(String appid) throws Exception {
    return scene.globalToken(appid).get("access_token");
  }

  private Reply follower(String token, String openid) throws Exception {
    return scene.client.get(Endpoint.FOLLOWER, "access_token", token, "openid", openid);
  }

  private Reply menu(String token) throws Exception {
    return scene.client.get(Endpoint.MENU, "access_token", token);
  }

  private Reply phone(String token, String body) throws Exception {
    String path = Endpoint.PHONE_NUMBER.path() + TestClient.query("access_token", token);
    return scene.client.post(path, "application/json", body);
  }

  private Reply phone(String code) throws Exception {
    return phone(token(Scene.MINI), "{\"code\":\"%s\"}".formatted(code));
  }

  private String code() {
    return scene.simulator.phoneNumberCode(Scene.MINI, "ann", "86", "13800000000");
  }

  private Reply call(Endpoint endpoint, String token) throws Exception {
    return switch (endpoint) {
      case FOLLOWER -> follower(token, scene.simulator.openid(Scene.SERVICE, "ann"));
      case MENU -> menu(token);
      case PHONE_NUMBER -> phone(token, "{\"code\":\"%s\"}".formatted(code()));
      default -> throw new IllegalArgumentException(endpoint + " takes no app token");
    };
  }

  private static String appOf(Endpoint endpoint) {
    return endpoint == Endpoint.PHONE_NUMBER ? Scene.MINI : Scene.SERVICE;
  }

  @ParameterizedTest
  @EnumSource(
      value = Endpoint.class,
      names = {"FOLLOWER", "MENU", "PHONE_NUMBER"})
  void aRetiredAnExpiredAndAnUnknownTokenAreRefused(Endpoint endpoint) throws Exception {
    String app = appOf(endpoint);
    String first = token(app);
    String second = token(app);
    assertThat(call(endpoint, first).errcode()).isZero();
    assertThat(call(endpoint, second).errcode()).isZero();

    scene.later(Duration.ofMinutes(5));
    assertThat(call(endpoint, first).errcode()).isEqualTo(40001);
    assertThat(call(endpoint, second).errcode()).isZero();
    scene.later(Duration.ofHours(2));
    assertThat(call(endpoint, second).errcode()).isEqualTo(42001);
    assertThat(call(endpoint, "unknown").errcode()).isEqualTo(40001);
    scene.with(Switch.UNKNOWN_TOKEN_IS_40014);
    assertThat(call(endpoint, "unknown").errcode()).isEqualTo(40014);
    assertThat(call(endpoint, "").errcode()).isEqualTo(41001);
    assertThat(scene.simulator.counters().errors(endpoint, 40001)).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Endpoint.class,
      names = {"FOLLOWER", "MENU", "PHONE_NUMBER"})
  void anotherKindOfAppMayNotCall(Endpoint endpoint) throws Exception {
    assertThat(call(endpoint, token(Scene.WEBSITE)).errcode()).isEqualTo(48001);
  }

  @ParameterizedTest
  @EnumSource(
      value = Endpoint.class,
      names = {"FOLLOWER", "MENU", "PHONE_NUMBER"})
  void aQuotaCanBeSet(Endpoint endpoint) throws Exception {
    String token = token(appOf(endpoint));
    scene.simulator.quotas().limit(endpoint, new Quotas.Limit(1, 0));

    assertThat(call(endpoint, token).errcode()).isZero();
    assertThat(call(endpoint, token).errcode()).isEqualTo(45011);
  }

  @Test
  void aFollowerIsAUserOfTheApp() throws Exception {
    scene.simulator.addApp(scene.simulator.app(Scene.SERVICE).withUnionid(true));
    String openid = scene.simulator.openid(Scene.SERVICE, "ann");
    String token = token(Scene.SERVICE);

    assertThat(follower(token, openid).json())
        .containsEntry("subscribe", "1")
        .containsEntry("openid", openid)
        .containsEntry("unionid", scene.simulator.unionid("ann"));
    assertThat(follower(token, "nobody").errcode()).isEqualTo(40003);
    assertThat(follower(token, "").errcode()).isEqualTo(41009);
  }

  @Test
  void aServiceAccountHasAMenu() throws Exception {
    assertThat(menu(token(Scene.SERVICE)).body())
        .isEqualTo(
            "{\"menu\":{\"button\":[{\"type\":\"click\",\"name\":\"Hello\",\"key\":\"HELLO\","
                + "\"sub_button\":[]}]}}");
  }

  @Test
  void aPhoneNumberHasAWatermark() throws Exception {
    long now = scene.simulator.clock().instant().getEpochSecond();

    assertThat(phone(code()).body())
        .isEqualTo(
            "{\"errcode\":0,\"errmsg\":\"ok\",\"phone_info\":{\"phoneNumber\":\"13800000000\","
                + "\"purePhoneNumber\":\"13800000000\",\"countryCode\":\"86\","
                + "\"watermark\":{\"timestamp\":%d,\"appid\":\"wxmini\"}}}".formatted(now));
  }

  @Test
  void aForeignNumberHasItsCountryCode() throws Exception {
    scene.with(Switch.NUMERIC_COUNTRY_CODE);
    String code = scene.simulator.phoneNumberCode(Scene.MINI, "ann", "852", "51234567");

    assertThat(phone(code).body())
        .contains("\"phoneNumber\":\"+85251234567\"", "\"purePhoneNumber\":\"51234567\"")
        .contains("\"countryCode\":852,");
  }

  @Test
  void aPhoneCodeWorksOnceAndForFiveMinutes() throws Exception {
    String code = code();
    String late = code();

    assertThat(phone(code).errcode()).isZero();
    assertThat(phone(code).errcode()).isEqualTo(40163);
    scene.with(Switch.USED_CODE_IS_40029);
    assertThat(phone(code).errcode()).isEqualTo(40029);
    scene.later(Duration.ofMinutes(5));
    assertThat(phone(late).errcode()).isEqualTo(40029);
  }

  @Test
  void aPhoneCodeIsOfOneUserAndNoSignInCode() throws Exception {
    String code = code();
    String token = token(Scene.MINI);
    String other = scene.simulator.openid(Scene.MINI, "bob");
    String own = scene.simulator.openid(Scene.MINI, "ann");
    String body = "{\"code\":\"%s\",\"openid\":\"%s\"}";

    assertThat(phone(scene.simulator.miniProgramLogin(Scene.MINI, "ann")).errcode())
        .isEqualTo(40029);
    assertThat(phone(token, body.formatted(code, other)).errcode()).isEqualTo(40029);
    assertThat(phone(token, body.formatted(code, own)).errcode()).isZero();
  }

  @Test
  void aPhoneCodeComesInAJsonObject() throws Exception {
    String token = token(Scene.MINI);

    assertThat(phone(token, "code=" + code()).errcode()).isEqualTo(40097);
    assertThat(phone(token, "{}").errcode()).isEqualTo(41008);
    assertThat(scene.client.get(Endpoint.PHONE_NUMBER, "access_token", token).errcode())
        .isEqualTo(43002);
  }

  @Test
  void onlyAMiniProgramGivesPhoneCodesAndOnlyOfPhoneNumbers() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> scene.simulator.phoneNumberCode(Scene.SERVICE, "ann", "86", "13800000000"))
        .withMessageContaining("not a mini program");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> scene.simulator.phoneNumberCode(Scene.MINI, "ann", "+86", "13800000000"))
        .withMessageContaining("country code");
  }

  @Test
  void fetchesAreCountedPerAppApartFromTheTokensThatTheyMake() throws Exception {
    String stable =
        "{\"grant_type\":\"client_credential\",\"appid\":\"wxmini\",\"secret\":\"s3cret\"%s}";
    String path = Endpoint.STABLE_TOKEN.path();
    for (String force : new String[] {"", "", ",\"force_refresh\":true"}) {
      scene.client.post(path, "application/json", stable.formatted(force));
    }
    String token = token(Scene.MINI);
    scene.ticket(token);
    scene.ticket(token);
    scene.client.get(Endpoint.TOKEN, "appid", Scene.MINI, "secret", "wrong");

    Counters counters = scene.simulator.counters();
    assertThat(counters.appTokenFetches(Scene.MINI)).isEqualTo(4);
    assertThat(counters.appTokensIssued(Scene.MINI)).isEqualTo(3);
    assertThat(counters.appTokensForced(Scene.MINI)).isEqualTo(1);
    assertThat(counters.ticketFetches(Scene.MINI)).isEqualTo(2);
    assertThat(counters.ticketsIssued(Scene.MINI)).isEqualTo(1);
    assertThat(counters.appTokenFetches(Scene.SERVICE)).isZero();
    assertThat(scene.client.getRaw("/simulator/counters?appid=wxmini").json())
        .containsEntry("appTokenFetches", "4")
        .containsEntry("appTokensIssued", "3")
        .containsEntry("appTokensForced", "1")
        .containsEntry("ticketFetches", "2")
        .containsEntry("ticketsIssued", "1");
    counters.reset();
    assertThat(counters.appTokenFetches(Scene.MINI)).isZero();
  }

  @Test
  void anotherProcessGetsAPhoneCode() throws Exception {
    Reply code =
        scene.client.admin(
            "phoneNumberCode", "appid", Scene.MINI, "user", "ann", "number", "13800000000");

    assertThat(code.get("openid")).isEqualTo(scene.simulator.openid(Scene.MINI, "ann"));
    assertThat(phone(code.get("code")).errcode()).isZero();
  }
}
