package io.github.wxtoken.boot;

import io.github.wxtoken.AppCredentials;
import io.github.wxtoken.WeChatOAuth;
import org.jspecify.annotations.Nullable;

/**
 * The app of a client. Made before the store is opened, so that a missing appid is reported first.
 *
 * @param appid its appid
 * @param credentials its secret and its kind
 * @param website whether it is a website app
 */
record AppSettings(String appid, AppCredentials credentials, boolean website) {
  private static final String ACTION =
      "Set appid and secret to the AppID and the AppSecret of WeChat's console, or"
          + " wxtoken.simulator.enabled=true to develop without an account.";

  /**
   * Checks what the properties say.
   *
   * @param prefix the properties' names without {@code .appid} and {@code .secret}
   * @throws WeChatConfigurationException if one is missing or certainly wrong
   */
  static AppSettings of(String prefix, WeChatProperties.App app) {
    String appid = require(prefix + ".appid", app.appid());
    String secret = require(prefix + ".secret", app.secret());
    try {
      // Checks the form of both.
      WeChatOAuth.builder(appid, secret);
    } catch (IllegalArgumentException e) {
      throw new WeChatConfigurationException(
          prefix + ".appid and " + prefix + ".secret are wrong: " + e.getMessage(), ACTION, e);
    }
    if (app.miniProgram() && app.website()) {
      throw new WeChatConfigurationException(
          prefix
              + ".mini-program and "
              + prefix
              + ".website are both true, and an app is one of them",
          "Remove one of the two. Each app of WeChat's consoles has an appid of its own.");
    }
    return new AppSettings(
        appid, new AppCredentials(secret, app.miniProgram(), app.tokenMode()), app.website());
  }

  private static String require(String property, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new WeChatConfigurationException(
          property + (value == null ? " is not set" : " is blank"), ACTION);
    }
    return value;
  }
}
