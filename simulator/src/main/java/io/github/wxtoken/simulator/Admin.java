package io.github.wxtoken.simulator;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Serves the simulator's own HTTP interface under {@code /simulator/}: the operations of the Java
 * API, for tests in other processes. Parameters come in the query or in a form; answers are JSON.
 */
final class Admin {
  /** One operation; its answer is a JSON object. */
  interface Operation {
    Map<String, Object> run(Arguments arguments) throws InterruptedException;
  }

  private final WeChatSimulator simulator;
  private final State state;
  private final Map<String, Operation> operations = new TreeMap<>();

  Admin(WeChatSimulator simulator, State state) {
    this.simulator = simulator;
    this.state = state;
    operations.put(
        "GET /simulator", a -> Json.object("operations", operations.keySet().stream().toList()));
    operations.put("GET /simulator/clock", a -> clock());
    operations.put("POST /simulator/clock", this::setClock);
    operations.put("GET /simulator/counters", this::counters);
    operations.put("POST /simulator/counters/reset", this::resetCounters);
    operations.put("GET /simulator/behaviour", a -> behaviour());
    operations.put("POST /simulator/behaviour", this::setBehaviour);
    operations.put("GET /simulator/quotas", a -> state.quotas.toJson());
    operations.put("POST /simulator/quotas", this::setQuota);
    operations.put("POST /simulator/apps", this::addApp);
    operations.put("GET /simulator/openid", this::openid);
    operations.put("POST /simulator/authorize", this::authorize);
    operations.put("POST /simulator/authorizeSnapshot", this::authorizeSnapshot);
    operations.put("POST /simulator/miniProgramLogin", this::miniProgramLogin);
    operations.put("POST /simulator/phoneNumberCode", this::phoneNumberCode);
    operations.put("POST /simulator/killAccessToken", this::killAccessToken);
    operations.put("POST /simulator/killAppTokens", this::killAppTokens);
    operations.put("POST /simulator/revoke", this::revoke);
    operations.put("POST /simulator/changePassword", this::changePassword);
    operations.put("POST /simulator/encrypt", this::encrypt);
    new AdminFaults(state.faults).addTo(operations);
  }

  Answer answer(HttpRequest request) throws InterruptedException {
    String path = request.path().replaceAll("/+$", "");
    Operation operation = operations.get(request.method() + " " + path);
    if (operation == null) {
      return json(404, Json.object("error", "no such operation; GET /simulator lists them"));
    }
    try {
      return json(200, operation.run(Arguments.of(request)));
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      return json(400, Json.object("error", String.valueOf(e.getMessage())));
    }
  }

  private static Answer json(int status, Map<String, Object> body) {
    return Answer.of(status, "application/json", Json.write(body, false));
  }

  private Map<String, Object> clock() {
    return Json.object(
        "now", state.clock.instant().toString(), "epochMillis", state.clock.millis());
  }

  private Map<String, Object> setClock(Arguments arguments) {
    arguments.ifPresent("set", text -> state.clock.set(Instant.parse(text)));
    arguments.ifPresent("advance", text -> state.clock.advance(Duration.parse(text)));
    arguments.ifPresent(
        "frozen",
        text -> {
          if (Arguments.bool(text)) {
            state.clock.freeze();
          } else {
            state.clock.resume();
          }
        });
    return clock();
  }

  private Map<String, Object> counters(Arguments arguments) {
    Counters counters = state.counters;
    if (arguments.has("refreshToken")) {
      String token = arguments.get("refreshToken");
      return Json.object(
          "refreshes", counters.refreshes(token),
          "successfulRefreshes", counters.successfulRefreshes(token));
    }
    if (arguments.has("code")) {
      String code = arguments.get("code");
      return Json.object(
          "exchanges", counters.exchanges(code),
          "successfulExchanges", counters.successfulExchanges(code));
    }
    if (arguments.has("openid")) {
      String openid = arguments.get("openid");
      return Json.object(
          "refreshesOfOpenid", counters.refreshesOfOpenid(openid),
          "successfulRefreshesOfOpenid", counters.successfulRefreshesOfOpenid(openid));
    }
    if (arguments.has("appid")) {
      String appid = arguments.get("appid");
      return Json.object(
          "appTokenFetches", counters.appTokenFetches(appid),
          "appTokensIssued", counters.appTokensIssued(appid),
          "appTokensForced", counters.appTokensForced(appid),
          "ticketFetches", counters.ticketFetches(appid),
          "ticketsIssued", counters.ticketsIssued(appid));
    }
    return counters.toJson(Arguments.bool(arguments.get("detail", "false")));
  }

  private Map<String, Object> resetCounters(Arguments arguments) {
    state.counters.reset();
    return state.counters.toJson(false);
  }

  private Map<String, Object> behaviour() {
    Behaviour behaviour = state.behaviour;
    Map<String, Object> switches = new TreeMap<>();
    for (Switch which : Switch.values()) {
      switches.put(which.name(), behaviour.isOn(which));
    }
    switches.put("consent", behaviour.consent());
    switches.put("duplicate", behaviour.duplicate());
    switches.put("errmsgSuffix", behaviour.errmsgSuffix());
    switches.put("callbackDelay", behaviour.callbackDelay());
    switches.put("sessionKeyLife", behaviour.sessionKeyLife());
    switches.put("expiresIn", behaviour.expiresIn());
    switches.put("pageError", behaviour.pageError());
    return switches;
  }

  private Map<String, Object> setBehaviour(Arguments arguments) {
    Behaviour behaviour = state.behaviour;
    arguments.allowOnly(behaviour().keySet());
    for (Switch which : Switch.values()) {
      arguments.ifPresent(which.name(), text -> behaviour.set(which, Arguments.bool(text)));
    }
    arguments.ifPresent("consent", text -> behaviour.consent(Consent.valueOf(text)));
    arguments.ifPresent("duplicate", text -> behaviour.duplicate(Duplicate.valueOf(text)));
    arguments.ifPresent("errmsgSuffix", text -> behaviour.errmsgSuffix(ErrmsgSuffix.valueOf(text)));
    arguments.ifPresent("callbackDelay", text -> behaviour.callbackDelay(Duration.parse(text)));
    arguments.ifPresent("sessionKeyLife", text -> behaviour.sessionKeyLife(Duration.parse(text)));
    arguments.ifPresent("expiresIn", text -> behaviour.expiresIn(Integer.parseInt(text)));
    arguments.ifPresent("pageError", text -> behaviour.pageError(Integer.parseInt(text)));
    return behaviour();
  }

  private Map<String, Object> setQuota(Arguments arguments) {
    if (!arguments.has("endpoint")) {
      return state.quotas.unlimited().toJson();
    }
    long perMinute = Long.parseLong(arguments.get("perMinute", "0"));
    long perDay = Long.parseLong(arguments.get("perDay", "0"));
    Endpoint endpoint = Endpoint.valueOf(arguments.get("endpoint"));
    return state.quotas.limit(endpoint, new Quotas.Limit(perMinute, perDay)).toJson();
  }

  private Map<String, Object> addApp(Arguments arguments) {
    SimulatorApp app =
        new SimulatorApp(
            arguments.get("appid"),
            arguments.get("secret"),
            AppKind.valueOf(arguments.get("kind", AppKind.SERVICE_ACCOUNT.name())),
            names(arguments.get("redirectDomains", "localhost,127.0.0.1")),
            Arguments.bool(arguments.get("unionid", "false")),
            names(arguments.get("ipAllowlist", "")));
    simulator.addApp(app);
    return Json.object("appid", app.appid(), "kind", app.kind());
  }

  private static Set<String> names(String commaSeparated) {
    return Stream.of(commaSeparated.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  private Map<String, Object> openid(Arguments arguments) {
    String user = arguments.get("user");
    return Json.object(
        "openid", simulator.openid(arguments.get("appid"), user),
        "unionid", simulator.unionid(user));
  }

  private Map<String, Object> authorize(Arguments arguments) {
    String appid = arguments.get("appid");
    String user = arguments.get("user");
    String code = simulator.authorize(appid, user, arguments.get("scope"));
    return Json.object("code", code, "openid", simulator.openid(appid, user));
  }

  private Map<String, Object> authorizeSnapshot(Arguments arguments) {
    return Json.object("code", simulator.authorizeSnapshot(arguments.get("appid")));
  }

  private Map<String, Object> miniProgramLogin(Arguments arguments) {
    String appid = arguments.get("appid");
    String user = arguments.get("user");
    String code = simulator.miniProgramLogin(appid, user);
    return Json.object("js_code", code, "openid", simulator.openid(appid, user));
  }

  private Map<String, Object> phoneNumberCode(Arguments arguments) {
    String appid = arguments.get("appid");
    String user = arguments.get("user");
    String code =
        simulator.phoneNumberCode(
            appid, user, arguments.get("countryCode", "86"), arguments.get("number"));
    return Json.object("code", code, "openid", simulator.openid(appid, user));
  }

  private Map<String, Object> killAccessToken(Arguments arguments) {
    simulator.killAccessToken(arguments.get("access_token"));
    return Json.object();
  }

  private Map<String, Object> killAppTokens(Arguments arguments) {
    simulator.killAppTokens(arguments.get("appid"));
    return Json.object();
  }

  private Map<String, Object> revoke(Arguments arguments) {
    simulator.revoke(arguments.get("appid"), arguments.get("user"));
    return Json.object();
  }

  private Map<String, Object> changePassword(Arguments arguments) {
    simulator.changePassword(arguments.get("appid"), arguments.get("user"));
    return Json.object();
  }

  private Map<String, Object> encrypt(Arguments arguments) {
    EncryptedData data =
        simulator.encrypt(
            arguments.get("appid"), arguments.get("session_key"), arguments.get("json"));
    return Json.object("encryptedData", data.encryptedData(), "iv", data.iv());
  }
}
