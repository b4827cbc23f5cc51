package io.github.wxtoken;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;

/** A simulator, a store, and a client of both that goes by the simulator's clock. */
final class Simulated implements AutoCloseable {
  static final String APPID = WeChatSimulator.APPID;
  static final String SECRET = WeChatSimulator.SECRET;
  static final String MINI_PROGRAM = "wxmini";

  final WeChatSimulator wechat =
      WeChatSimulator.builder()
          .app(SimulatorApp.of(APPID, SECRET, AppKind.SERVICE_ACCOUNT).withUnionid(true))
          .app(SimulatorApp.of("wxother", "othersecret", AppKind.SERVICE_ACCOUNT))
          .app(SimulatorApp.of(MINI_PROGRAM, "minisecret", AppKind.MINI_PROGRAM))
          .start();
  final TokenStore store = new MemoryTokenStore();
  final WeChatOAuth client;

  private Simulated(boolean miniProgram) {
    client =
        miniProgram
            ? client(MINI_PROGRAM, "minisecret").miniProgram(true).build()
            : client().build();
  }

  static Simulated start() {
    return new Simulated(false);
  }

  static Simulated startMiniProgram() {
    return new Simulated(true);
  }

  /** Another client of the same simulator and store. */
  WeChatOAuth.Builder client() {
    return client(APPID, SECRET);
  }

  WeChatOAuth.Builder client(String appid, String secret) {
    return WeChatOAuth.builder(appid, secret)
        .apiEndpoint(wechat.uri())
        .openEndpoint(wechat.uri())
        .clock(wechat.clock())
        .store(store);
  }

  String code(String user) {
    return wechat.authorize(APPID, user, "snsapi_userinfo");
  }

  OAuthToken login(String user) {
    return client.getAccessToken(code(user));
  }

  OAuthToken stored(String openid) {
    return store.getToken(openid).orElseThrow();
  }

  void passes(Duration time) {
    wechat.clock().advance(time);
  }

  @Override
  public void close() {
    client.close();
    wechat.close();
  }
}
