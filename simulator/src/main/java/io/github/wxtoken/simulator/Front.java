package io.github.wxtoken.simulator;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Routes each request through the counters, gates and faults to its handler. */
final class Front implements HttpListener.Handler {
  private final State state;
  private final Admin admin;
  private final AuthorizePages pages;
  private final JsonAnswers json;
  private final Spoiler spoiler;
  private final Map<Endpoint, Function<Call, Map<String, Object>>> endpoints =
      new EnumMap<>(Endpoint.class);

  Front(State state, Admin admin) {
    this.state = state;
    this.admin = admin;
    pages = new AuthorizePages(state);
    json = new JsonAnswers(state.behaviour);
    spoiler = new Spoiler(json);
    SnsEndpoints sns = new SnsEndpoints(state);
    MiniProgramEndpoints miniProgram = new MiniProgramEndpoints(state);
    GlobalEndpoints global = new GlobalEndpoints(state);
    AppEndpoints app = new AppEndpoints(state);
    endpoints.put(Endpoint.EXCHANGE, sns::exchange);
    endpoints.put(Endpoint.REFRESH, sns::refresh);
    endpoints.put(Endpoint.USERINFO, sns::userinfo);
    endpoints.put(Endpoint.AUTH, sns::auth);
    endpoints.put(Endpoint.JSCODE2SESSION, miniProgram::jscode2session);
    endpoints.put(Endpoint.CHECK_SESSION, miniProgram::checkSession);
    endpoints.put(Endpoint.RESET_SESSION_KEY, miniProgram::resetSessionKey);
    endpoints.put(Endpoint.TOKEN, global::token);
    endpoints.put(Endpoint.STABLE_TOKEN, global::stableToken);
    endpoints.put(Endpoint.TICKET, global::ticket);
    endpoints.put(Endpoint.FOLLOWER, app::follower);
    endpoints.put(Endpoint.MENU, app::menu);
    endpoints.put(Endpoint.PHONE_NUMBER, app::phoneNumber);
  }

  @Override
  public Answer answer(HttpRequest request) throws InterruptedException {
    Endpoint endpoint = Endpoint.at(request.path());
    if (endpoint != null) {
      return pastFaults(Call.of(endpoint, request));
    }
    if (request.path().equals("/simulator/consent") && request.method().equals("POST")) {
      return pages.answered(request, Parameters.parse(request.body()));
    }
    if (request.path().startsWith("/simulator")) {
      return admin.answer(request);
    }
    return Answer.of(404, "text/plain", "no such endpoint");
  }

  private Answer pastFaults(Call call) throws InterruptedException {
    Endpoint endpoint = call.endpoint();
    String openid = openidOf(call);
    state.counters.arrived(call, openid);
    state.faults.pass(endpoint, Timing.BEFORE_PROCESSING, openid);
    List<Fault> before = state.faults.take(endpoint, Timing.BEFORE_PROCESSING, openid);
    for (Fault fault : before) {
      if (fault.kind() == Fault.Kind.SLOW) {
        state.faults.delay(fault.duration());
      }
    }
    boolean goesThrough = before.stream().allMatch(fault -> fault.kind().keepsAnswer());
    Answer answer = goesThrough ? process(call, openid) : json.refusal(new Refusal(-1));
    for (Fault fault : before) {
      answer = fault.kind() == Fault.Kind.SLOW ? answer : spoiled(answer, endpoint, fault);
    }
    if (!goesThrough) {
      return answer;
    }
    state.faults.pass(endpoint, Timing.AFTER_PROCESSING, openid);
    for (Fault fault : state.faults.take(endpoint, Timing.AFTER_PROCESSING, openid)) {
      answer = spoiled(answer, endpoint, fault);
    }
    return answer;
  }

  private Answer spoiled(Answer answer, Endpoint endpoint, Fault fault) {
    if (fault.kind() == Fault.Kind.ERRCODE) {
      state.counters.refused(endpoint, fault.code());
    }
    return spoiler.spoil(fault, answer);
  }

  private Answer process(Call call, @Nullable String openid) {
    Endpoint endpoint = call.endpoint();
    Function<Call, Map<String, Object>> handler = endpoints.get(endpoint);
    if (handler == null) {
      return pages.open(call);
    }
    try {
      if (!call.request().method().equals(endpoint.method())) {
        throw new Refusal(endpoint.method().equals("GET") ? 43001 : 43002);
      }
      Map<String, Object> answer = handler.apply(call);
      state.counters.succeeded(call, openid);
      return json.success(answer);
    } catch (Refusal refusal) {
      state.counters.refused(endpoint, refusal.errcode());
      return json.refusal(refusal);
    }
  }

  /** Returns the user of a call, so that faults, gates and counters can distinguish users. */
  private @Nullable String openidOf(Call call) {
    return switch (call.endpoint()) {
      case REFRESH -> state.grants.openidOfRefreshToken(call.parameter("refresh_token"));
      case EXCHANGE -> state.codes.openidOf(call.parameter("code"));
      case JSCODE2SESSION -> state.codes.openidOf(call.parameter("js_code"));
      case USERINFO, AUTH, CHECK_SESSION, RESET_SESSION_KEY, FOLLOWER -> call.parameter("openid");
      default -> null;
    };
  }
}
