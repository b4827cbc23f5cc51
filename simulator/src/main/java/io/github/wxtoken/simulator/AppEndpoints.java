package io.github.wxtoken.simulator;

import java.util.List;
import java.util.Map;

/**
 * The calls that an app makes with its own token
 * (docs/wechat-protocol.md#calls-with-the-app-token). Each refuses a token that has expired or that
 * a later one has retired.
 */
final class AppEndpoints {
  private final State state;

  AppEndpoints(State state) {
    this.state = state;
  }

  /** {@code /cgi-bin/user/info}: a follower of a service account. */
  Map<String, Object> follower(Call call) {
    SimulatorApp app = authenticate(call, AppKind.SERVICE_ACCOUNT);
    String openid = call.require("openid", 41009);
    Directory.User user = state.directory.withOpenid(app.appid(), openid);
    if (user == null) {
      throw new Refusal(40003);
    }
    Map<String, Object> follower =
        Json.object(
            "subscribe",
            1,
            "openid",
            openid,
            "language",
            "zh_CN",
            "subscribe_time",
            state.clock.instant().getEpochSecond(),
            "remark",
            "",
            "groupid",
            0,
            "tagid_list",
            List.of(),
            "subscribe_scene",
            "ADD_SCENE_SEARCH");
    if (app.unionid()) {
      follower.put("unionid", user.unionid());
    }
    return follower;
  }

  /** {@code /cgi-bin/menu/get}: the same menu for each service account. */
  Map<String, Object> menu(Call call) {
    authenticate(call, AppKind.SERVICE_ACCOUNT);
    Map<String, Object> button =
        Json.object("type", "click", "name", "Hello", "key", "HELLO", "sub_button", List.of());
    return Json.object("menu", Json.object("button", List.of(button)));
  }

  /** {@code /wxa/business/getuserphonenumber}. */
  Map<String, Object> phoneNumber(Call call) {
    SimulatorApp app = authenticate(call, AppKind.MINI_PROGRAM);
    Map<String, String> body = call.jsonBody(40097);
    String code = body.getOrDefault("code", "");
    if (code.isEmpty()) {
      throw new Refusal(41008);
    }
    PhoneNumber number = state.phoneCodes.use(code, app, body.getOrDefault("openid", ""));
    Map<String, Object> answer = SnsEndpoints.ok();
    answer.put("phone_info", phoneInfo(app, number));
    return answer;
  }

  private Map<String, Object> phoneInfo(SimulatorApp app, PhoneNumber number) {
    boolean numeric = state.behaviour.isOn(Switch.NUMERIC_COUNTRY_CODE);
    return Json.object(
        "phoneNumber",
        number.withCountryCode(),
        "purePhoneNumber",
        number.number(),
        "countryCode",
        numeric ? (Object) Integer.valueOf(number.countryCode()) : number.countryCode(),
        "watermark",
        Json.object("timestamp", state.clock.instant().getEpochSecond(), "appid", app.appid()));
  }

  private SimulatorApp authenticate(Call call, AppKind kind) {
    SimulatorApp app = state.globalTokens.live(call.require("access_token", 41001));
    if (app.kind() != kind) {
      throw new Refusal(48001);
    }
    state.quotas.count(call.endpoint(), app.appid());
    return app;
  }
}
