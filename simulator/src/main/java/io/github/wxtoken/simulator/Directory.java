package io.github.wxtoken.simulator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Stores the apps and their users. */
final class Directory {
  private final Map<String, SimulatorApp> apps = new ConcurrentHashMap<>();
  private final Map<String, User> usersByOpenid = new ConcurrentHashMap<>();

  /**
   * A user as one app sees it; what a snapshot user has is made up
   * (docs/wechat-protocol.md#snapshot-users).
   */
  record User(String name, String openid, String unionid, boolean snapshot) {}

  void add(SimulatorApp app) {
    apps.put(app.appid(), app);
  }

  @Nullable SimulatorApp find(String appid) {
    return apps.get(appid);
  }

  SimulatorApp app(String appid) {
    SimulatorApp app = apps.get(appid);
    if (app == null) {
      throw new IllegalArgumentException("no app " + appid);
    }
    return app;
  }

  /** Makes the user if it is new. An openid of this app that was given out stands for its user. */
  User user(String appid, String nameOrOpenid) {
    User known = usersByOpenid.get(nameOrOpenid);
    if (known != null && (known.snapshot() || known.openid().equals(idOf(appid, known)))) {
      return known;
    }
    String openid = Names.openid(app(appid).appid(), nameOrOpenid);
    return usersByOpenid.computeIfAbsent(
        openid, o -> new User(nameOrOpenid, o, Names.unionid(nameOrOpenid), false));
  }

  private static String idOf(String appid, User user) {
    return Names.openid(appid, user.name());
  }

  User snapshotUser(String appid) {
    String madeUp = "snapshot-" + Names.code();
    String openid = Names.openid(appid, madeUp);
    User user = new User("微信用户", openid, Names.unionid(madeUp), true);
    usersByOpenid.put(openid, user);
    return user;
  }

  /** Returns the user, or null if no user of the app has this openid. */
  @Nullable User withOpenid(String appid, String openid) {
    User user = usersByOpenid.get(openid);
    return user != null && (user.snapshot() || openid.equals(idOf(appid, user))) ? user : null;
  }

  /** The app of a call that names one, and its secret where it must. */
  SimulatorApp authenticate(String appid, @Nullable String secret, int errcodeOfBadSecret) {
    SimulatorApp app = apps.get(appid);
    if (app == null) {
      throw new Refusal(40013);
    }
    if (secret != null && !secret.equals(app.secret())) {
      throw new Refusal(errcodeOfBadSecret);
    }
    return app;
  }
}
