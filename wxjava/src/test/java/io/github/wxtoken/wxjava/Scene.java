package io.github.wxtoken.wxjava;

import cn.binarywang.wx.miniapp.api.WxMaService;
import cn.binarywang.wx.miniapp.api.impl.WxMaServiceImpl;
import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.Counters;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.config.WxMpHostConfig;

/** A WeChat with an official account and a mini program, and processes that share one store. */
final class Scene implements AutoCloseable {
  static final String ACCOUNT = "wxaccount";
  static final String MINI = "wxmini";
  static final String SECRET = "s3cret";

  final WeChatSimulator weChat =
      WeChatSimulator.builder()
          .app(SimulatorApp.of(ACCOUNT, SECRET, AppKind.SERVICE_ACCOUNT))
          .app(SimulatorApp.of(MINI, SECRET, AppKind.MINI_PROGRAM))
          .start();
  final TokenStore store = new MemoryTokenStore();
  private final List<WeChatApp> apps = new ArrayList<>();

  Scene() {
    weChat.clock().freeze();
  }

  /** Another process of the app. */
  WeChatApp app(String appid) {
    WeChatApp app =
        WeChatApp.builder(appid, SECRET)
            .store(store)
            .apiEndpoint(weChat.uri())
            .clock(weChat.clock())
            .build();
    apps.add(app);
    return app;
  }

  WxMpService service(WxTokenMpConfigStorage config) {
    WxMpHostConfig hosts = new WxMpHostConfig();
    hosts.setApiHost(weChat.uri().toString());
    config.setHostConfig(hosts);
    WxMpService service = new WxMpServiceImpl();
    service.setWxMpConfigStorage(config);
    return service;
  }

  WxMpService account() {
    return service(new WxTokenMpConfigStorage(app(ACCOUNT)));
  }

  WxMaService service(WxTokenMaConfig config) {
    config.setApiHostUrl(weChat.uri().toString());
    WxMaService service = new WxMaServiceImpl();
    service.setWxMaConfig(config);
    return service;
  }

  WxMaService miniProgram() {
    return service(new WxTokenMaConfig(app(MINI)));
  }

  void later(Duration time) {
    weChat.clock().advance(time);
  }

  Counters counters() {
    return weChat.counters();
  }

  /** The calls that fetch an app's token; {@link WeChatApp} uses the second one only. */
  long fetches() {
    return counters().calls(Endpoint.TOKEN) + counters().calls(Endpoint.STABLE_TOKEN);
  }

  @Override
  public void close() {
    apps.forEach(WeChatApp::close);
    weChat.close();
  }
}
