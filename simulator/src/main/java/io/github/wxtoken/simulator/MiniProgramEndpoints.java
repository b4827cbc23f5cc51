package io.github.wxtoken.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The mini program users' sessions (docs/wechat-protocol.md#mini-program-session). */
final class MiniProgramEndpoints {
  private final State state;

  MiniProgramEndpoints(State state) {
    this.state = state;
  }

  Map<String, Object> jscode2session(Call call) {
    String appid = call.require("appid", 41002);
    String secret = call.require("secret", 41004);
    String text = call.require("js_code", 41008);
    try {
      SimulatorApp app = state.directory.authenticate(appid, secret, 40125);
      SnsEndpoints.requireGrantType(call, "authorization_code");
      String openid = state.codes.openidOf(text);
      state.quotas.count(Endpoint.JSCODE2SESSION, openid == null ? appid : openid);
      return session(app, state.codes.use(text, app, true).user);
    } catch (Refusal refusal) {
      state.codes.burn(text);
      throw refusal;
    }
  }

  private Map<String, Object> session(SimulatorApp app, Directory.User user) {
    Map<String, Object> session =
        Json.object("session_key", state.sessions.login(user.openid()), "openid", user.openid());
    if (app.unionid()) {
      session.put("unionid", user.unionid());
    }
    if (state.behaviour.isOn(Switch.SESSION_EXPIRES_IN)) {
      session.put("expires_in", 7200);
    }
    if (state.behaviour.isOn(Switch.SESSION_ERRCODE)) {
      session.put("errcode", Refusal.OK);
      session.put("errmsg", Refusal.textOf(Refusal.OK));
    }
    return session;
  }

  Map<String, Object> checkSession(Call call) {
    state.sessions.use(signedOpenid(call));
    return SnsEndpoints.ok();
  }

  Map<String, Object> resetSessionKey(Call call) {
    String openid = signedOpenid(call);
    Map<String, Object> answer = SnsEndpoints.ok();
    answer.put("openid", openid);
    answer.put("session_key", state.sessions.reset(openid));
    return answer;
  }

  private String signedOpenid(Call call) {
    String accessToken = call.require("access_token", 41001);
    String openid = call.require("openid", 41009);
    SimulatorApp app = state.globalTokens.live(accessToken);
    state.quotas.count(call.endpoint(), app.appid());
    if (state.directory.withOpenid(app.appid(), openid) == null) {
      throw new Refusal(40003);
    }
    String key = state.sessions.livingKey(openid);
    boolean method = call.parameter("sig_method").equals("hmac_sha256");
    if (key == null || !method || !matches(signature(key, ""), call.parameter("signature"))) {
      throw new Refusal(87009);
    }
    return openid;
  }

  private static boolean matches(String expected, String actual) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), actual.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The key is the base64 text itself, not what it encodes (docs/wechat-protocol.md#session-check).
   */
  static String signature(String sessionKey, String message) {
    try {
      Mac hmac = Mac.getInstance("HmacSHA256");
      hmac.init(new SecretKeySpec(sessionKey.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(hmac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }
}
