package io.github.wxtoken.simulator;

import java.util.List;
import java.util.Map;

/** The users' tokens and profiles (docs/wechat-protocol.md#user-token-and-app-token). */
final class SnsEndpoints {
  private final State state;

  SnsEndpoints(State state) {
    this.state = state;
  }

  Map<String, Object> exchange(Call call) {
    String appid = call.require("appid", 41002);
    String secret = call.require("secret", 41004);
    String text = call.require("code", 41008);
    try {
      SimulatorApp app = state.directory.authenticate(appid, secret, 40125);
      state.quotas.count(Endpoint.EXCHANGE, appid);
      requireGrantType(call, "authorization_code");
      return grant(app, state.codes.use(text, app, false));
    } catch (Refusal refusal) {
      state.codes.burn(text);
      throw refusal;
    }
  }

  private Map<String, Object> grant(SimulatorApp app, Codes.Code code) {
    Scope scope = code.scope == null ? new Scope("") : code.scope;
    Grants.Pair pair = state.grants.issue(code, scope);
    Map<String, Object> answer = tokens(pair);
    boolean shows = scope.opensProfile() || state.behaviour.isOn(Switch.UNIONID_WITH_BASE);
    if (app.unionid() && shows) {
      answer.put("unionid", code.user.unionid());
    }
    if (code.user.snapshot()) {
      answer.put("is_snapshotuser", 1);
    }
    return answer;
  }

  Map<String, Object> refresh(Call call) {
    String appid = call.require("appid", 41002);
    String refreshToken = call.require("refresh_token", 41003);
    SimulatorApp app = state.directory.authenticate(appid, null, 0);
    state.quotas.count(Endpoint.REFRESH, appid);
    requireGrantType(call, "refresh_token");
    return tokens(state.grants.refresh(app, refreshToken));
  }

  private Map<String, Object> tokens(Grants.Pair pair) {
    String comma = state.behaviour.isOn(Switch.TRAILING_COMMA_IN_SCOPE) ? "," : "";
    return Json.object(
        "access_token", pair.accessToken(),
        "expires_in", pair.expiresIn(),
        "refresh_token", pair.grant().refreshToken,
        "openid", pair.grant().user.openid(),
        "scope", pair.grant().scope.text() + comma);
  }

  Map<String, Object> userinfo(Call call) {
    Grants.Grant grant = liveGrant(call);
    state.quotas.count(Endpoint.USERINFO, grant.app.appid());
    if (!grant.readsProfile) {
      throw new Refusal(48001);
    }
    Directory.User user = grant.user;
    Map<String, Object> profile =
        Json.object(
            "openid",
            user.openid(),
            "nickname",
            nickname(user),
            "sex",
            state.behaviour.isOn(Switch.SEX_AS_STRING) ? "0" : 0,
            "language",
            "",
            "city",
            "",
            "province",
            "",
            "country",
            "",
            "headimgurl",
            avatar(user),
            "privilege",
            List.of());
    if (grant.app.unionid()) {
      profile.put("unionid", user.unionid());
    }
    return profile;
  }

  Map<String, Object> auth(Call call) {
    liveGrant(call);
    return ok();
  }

  static Map<String, Object> ok() {
    return Json.object("errcode", Refusal.OK, "errmsg", Refusal.textOf(Refusal.OK));
  }

  static void requireGrantType(Call call, String grantType) {
    if (!call.parameter("grant_type").equals(grantType)) {
      throw new Refusal(40002);
    }
  }

  private Grants.Grant liveGrant(Call call) {
    String accessToken = call.require("access_token", 41001);
    String openid = call.require("openid", 41009);
    Grants.Grant grant = state.grants.live(accessToken);
    if (!grant.user.openid().equals(openid)) {
      throw new Refusal(40003);
    }
    return grant;
  }

  private String nickname(Directory.User user) {
    String nickname = user.name();
    if (state.behaviour.isOn(Switch.FOUR_BYTE_NICKNAME)) {
      nickname += "\uD83D\uDE00";
    }
    if (state.behaviour.isOn(Switch.CONTROL_CHARACTERS_IN_NICKNAME)) {
      nickname += JsonAnswers.CONTROL_CHARACTER;
    }
    return nickname;
  }

  private static String avatar(Directory.User user) {
    return user.snapshot() ? "" : "https://thirdwx.qlogo.cn/mmopen/vi_32/" + user.openid() + "/132";
  }
}
