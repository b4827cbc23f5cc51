package io.github.wxtoken.simulator;

import io.github.wxtoken.simulator.TestClient.Reply;
import java.time.Duration;

/** A simulator whose time stands still, with one app of each kind, and what tests do to it. */
final class Scene implements AutoCloseable {
  static final String SERVICE = "wxservice";
  static final String WEBSITE = "wxwebsite";
  static final String MOBILE = "wxmobile";
  static final String MINI = "wxmini";
  static final String OTHER = "wxother";
  static final String SECRET = "s3cret";

  final WeChatSimulator simulator =
      WeChatSimulator.builder()
          .app(SimulatorApp.of(SERVICE, SECRET, AppKind.SERVICE_ACCOUNT))
          .app(SimulatorApp.of(OTHER, SECRET, AppKind.SERVICE_ACCOUNT))
          .app(SimulatorApp.of(WEBSITE, SECRET, AppKind.WEBSITE))
          .app(SimulatorApp.of(MOBILE, SECRET, AppKind.MOBILE_APP))
          .app(SimulatorApp.of(MINI, SECRET, AppKind.MINI_PROGRAM))
          .start();
  final TestClient client = new TestClient(simulator);

  Scene() {
    simulator.clock().freeze();
  }

  Scene with(Switch which) {
    simulator.behaviour().set(which, true);
    return this;
  }

  Scene without(Switch which) {
    simulator.behaviour().set(which, false);
    return this;
  }

  void later(Duration duration) {
    simulator.clock().advance(duration);
  }

  String code(String scope) {
    return simulator.authorize(SERVICE, "ann", scope);
  }

  Reply exchange(String code) throws Exception {
    return exchange(SERVICE, code);
  }

  Reply exchange(String appid, String code) throws Exception {
    return client.get(Endpoint.EXCHANGE, exchangeParameters(appid, code));
  }

  static String[] exchangeParameters(String appid, String code) {
    return new String[] {
      "appid", appid, "secret", SECRET, "code", code, "grant_type", "authorization_code"
    };
  }

  /** A fresh grant of ann's with the profile scope. */
  Reply login() throws Exception {
    return exchange(code("snsapi_userinfo"));
  }

  Reply refresh(Reply tokens) throws Exception {
    return refresh(SERVICE, tokens);
  }

  Reply refresh(String appid, Reply tokens) throws Exception {
    return client.get(Endpoint.REFRESH, refreshParameters(appid, tokens));
  }

  static String[] refreshParameters(String appid, Reply tokens) {
    return new String[] {
      "appid", appid, "grant_type", "refresh_token", "refresh_token", tokens.get("refresh_token")
    };
  }

  Reply userinfo(Reply tokens) throws Exception {
    return client.get(Endpoint.USERINFO, tokenParameters(tokens));
  }

  Reply auth(Reply tokens) throws Exception {
    return client.get(Endpoint.AUTH, tokenParameters(tokens));
  }

  static String[] tokenParameters(Reply tokens) {
    return new String[] {
      "access_token", tokens.get("access_token"), "openid", tokens.get("openid")
    };
  }

  Reply globalToken(String appid) throws Exception {
    return client.get(
        Endpoint.TOKEN, "grant_type", "client_credential", "appid", appid, "secret", SECRET);
  }

  Reply ticket(String globalToken) throws Exception {
    return client.get(Endpoint.TICKET, "access_token", globalToken, "type", "jsapi");
  }

  @Override
  public void close() {
    simulator.close();
  }
}
