package io.github.wxtoken.simulator;

import java.util.Map;
import java.util.Set;

/** The apps' tokens and tickets (docs/wechat-protocol.md#app-token). */
final class GlobalEndpoints {
  private static final Set<String> TICKET_TYPES = Set.of("jsapi", "wx_card");

  private final State state;

  GlobalEndpoints(State state) {
    this.state = state;
  }

  Map<String, Object> token(Call call) {
    String appid = call.require("appid", 41002);
    String secret = call.require("secret", 41004);
    SimulatorApp app = authenticate(call, appid, secret);
    if (!call.parameter("grant_type").equals("client_credential")) {
      throw new Refusal(40002);
    }
    return token(app, state.globalTokens.fetch(app));
  }

  Map<String, Object> stableToken(Call call) {
    Map<String, String> body = call.jsonBody(40002); // docs/wechat-protocol.md#stable-token
    String appid = required(body, "appid", 41002);
    String secret = required(body, "secret", 41004);
    SimulatorApp app = authenticate(call, appid, secret);
    if (!"client_credential".equals(body.get("grant_type"))) {
      throw new Refusal(40002);
    }
    boolean force = "true".equals(body.get("force_refresh"));
    return token(app, state.globalTokens.fetchStable(app, force));
  }

  private static String required(Map<String, String> body, String name, int errcodeIfMissing) {
    String value = body.getOrDefault(name, "");
    if (value.isEmpty()) {
      throw new Refusal(errcodeIfMissing);
    }
    return value;
  }

  private SimulatorApp authenticate(Call call, String appid, String secret) {
    boolean as40001 = state.behaviour.isOn(Switch.BAD_SECRET_IS_40001);
    SimulatorApp app = state.directory.authenticate(appid, secret, as40001 ? 40001 : 40125);
    state.quotas.count(call.endpoint(), appid);
    String ip = call.callerIp();
    boolean exempt =
        app.kind() == AppKind.MINI_PROGRAM
            && !state.behaviour.isOn(Switch.MINI_PROGRAM_NEEDS_ALLOWLIST);
    if (!exempt && !app.ipAllowlist().isEmpty() && !app.ipAllowlist().contains(ip)) {
      throw new Refusal(40164, "invalid ip " + ip + " ipv6 ::ffff:" + ip + ", not in whitelist");
    }
    return app;
  }

  private Map<String, Object> token(SimulatorApp app, GlobalTokens.Issued token) {
    state.counters.fetchedAppToken(app.appid());
    return Json.object(
        "access_token", token.text(), "expires_in", token.expiresIn(state.clock.instant()));
  }

  Map<String, Object> ticket(Call call) {
    SimulatorApp app = state.globalTokens.live(call.require("access_token", 41001));
    state.quotas.count(Endpoint.TICKET, app.appid());
    String type = call.parameter("type");
    if (!TICKET_TYPES.contains(type)) {
      throw new Refusal(40097);
    }
    GlobalTokens.Issued ticket = state.globalTokens.ticket(app, type);
    state.counters.fetchedTicket(app.appid());
    Map<String, Object> answer = SnsEndpoints.ok();
    answer.put("ticket", ticket.text());
    answer.put(
        "expires_in",
        state.behaviour.isOn(Switch.FULL_LIFE_WITH_REPEATED_TICKET)
            ? state.behaviour.expiresIn()
            : ticket.expiresIn(state.clock.instant()));
    return answer;
  }
}
