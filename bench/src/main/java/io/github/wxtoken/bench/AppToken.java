package io.github.wxtoken.bench;

import io.github.wxtoken.WeChatApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.wxjava.WxTokenMpConfigStorage;
import java.net.URI;
import java.time.Duration;
import me.chanjar.weixin.common.redis.JedisWxRedisOps;
import me.chanjar.weixin.mp.config.WxMpConfigStorage;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;
import me.chanjar.weixin.mp.config.impl.WxMpRedisConfigImpl;
import redis.clients.jedis.JedisPool;
import redis.clients.jedis.JedisPoolConfig;

/**
 * The ways to get the app's own access token: ours from memory and from each store, and WxJava's.
 */
enum AppToken {
  MEMORY(Server.FILES, "WeChatApp.getAccessToken from memory"),
  BRIDGE(Server.FILES, "WxTokenMpConfigStorage from memory"),
  WXJAVA_MEMORY(Server.FILES, "WxJava: WxMpDefaultConfigImpl"),
  SQLITE(Server.FILES, "WeChatApp.getAccessToken from SQLite"),
  MYSQL(Server.MYSQL, "WeChatApp.getAccessToken from MySQL"),
  MONGODB(Server.MONGODB, "WeChatApp.getAccessToken from MongoDB"),
  REDIS(Server.REDIS, "WeChatApp.getAccessToken from Redis"),
  WXJAVA_REDIS(Server.REDIS, "WxJava: WxMpRedisConfigImpl on Jedis");

  private static final String TOKEN = "59_" + "x".repeat(107);
  private static final int LIFE = 7200;

  final Server server;
  final String title;

  AppToken(Server server, String title) {
    this.server = server;
    this.title = title;
  }

  AppTokenContender open() {
    return switch (this) {
      case MEMORY -> ours("memory:", Duration.ofSeconds(10), false);
      case BRIDGE -> ours("memory:", Duration.ofSeconds(10), true);
      case SQLITE ->
          fromStore("jdbc:sqlite:" + server.url() + "/app.db", "wxtoken.createSchema=true");
      case MYSQL, MONGODB -> fromStore(server.url(), "wxtoken.createSchema=true");
      case REDIS -> fromStore(server.url(), "wxtoken.prefix=wxtoken_bench_app:");
      case WXJAVA_MEMORY -> wxJava(new WxMpDefaultConfigImpl(), () -> {});
      case WXJAVA_REDIS -> wxJavaOnRedis(server.url());
    };
  }

  private static AppTokenContender fromStore(String url, String options) {
    return ours(url + (url.contains("?") ? "&" : "?") + options, Duration.ZERO, false);
  }

  /** Fetches a token from a simulator before the measurement; it is valid for two hours. */
  private static AppTokenContender ours(String store, Duration copy, boolean bridge) {
    WeChatSimulator weChat = WeChatSimulator.start();
    WeChatApp app =
        WeChatApp.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
            .store(store)
            .apiEndpoint(weChat.uri())
            .appTokenCopy(copy)
            .build();
    app.getAccessToken();
    Runnable close =
        () -> {
          app.close();
          weChat.close();
        };
    return bridge ? wxJava(new WxTokenMpConfigStorage(app), close) : new Ours(app, close);
  }

  private record Ours(WeChatApp app, Runnable end) implements AppTokenContender {
    @Override
    public String get() {
      return app.getAccessToken().value();
    }

    @Override
    public void close() {
      end.run();
    }
  }

  /** WxJava asks its configuration two questions before each call. */
  private record WxJava(WxMpConfigStorage config, Runnable end) implements AppTokenContender {
    @Override
    public String get() {
      if (config.isAccessTokenExpired()) {
        throw new IllegalStateException("the token has expired");
      }
      return config.getAccessToken();
    }

    @Override
    public void close() {
      end.run();
    }
  }

  private static AppTokenContender wxJava(WxMpConfigStorage config, Runnable close) {
    if (!(config instanceof WxTokenMpConfigStorage)) {
      config.updateAccessToken(TOKEN, LIFE);
    }
    return new WxJava(config, close);
  }

  /**
   * With WxJava's plainest adapter. It calls it deprecated for its locks, which are not used here.
   */
  @SuppressWarnings("deprecation")
  private static AppTokenContender wxJavaOnRedis(String url) {
    JedisPoolConfig settings = new JedisPoolConfig();
    settings.setMaxTotal(64);
    settings.setMaxIdle(64);
    JedisPool pool = new JedisPool(settings, URI.create(url));
    WxMpRedisConfigImpl config = new WxMpRedisConfigImpl(new JedisWxRedisOps(pool), "wxjava_bench");
    config.setAppId(WeChatSimulator.APPID);
    return wxJava(config, pool::close);
  }
}
