package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatOAuth;
import java.net.URI;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/**
 * The app and the WeChat that the client is for: those of the properties, or the simulator's. Made
 * before the store is opened, so that a missing appid is reported first.
 */
record WeChatClientSettings(
    String appid,
    String secret,
    @Nullable URI apiEndpoint,
    @Nullable URI openEndpoint,
    @Nullable Clock clock) {

  private static final String ACTION =
      "Set wxtoken.appid and wxtoken.secret to the AppID and the AppSecret of WeChat's console, or"
          + " wxtoken.simulator.enabled=true to develop without an account.";

  static WeChatClientSettings of(WeChatProperties properties) {
    WeChatClientSettings settings =
        new WeChatClientSettings(
            require("wxtoken.appid", properties.appid()),
            require("wxtoken.secret", properties.secret()),
            properties.apiEndpoint(),
            properties.openEndpoint(),
            null);
    settings.builder();
    return settings;
  }

  private static String require(String property, @Nullable String value) {
    if (value == null || value.isBlank()) {
      throw new WeChatConfigurationException(
          property + (value == null ? " is not set" : " is blank"), ACTION);
    }
    return value;
  }

  WeChatOAuth.Builder builder() {
    try {
      WeChatOAuth.Builder builder = WeChatOAuth.builder(appid, secret);
      if (apiEndpoint != null) {
        builder.apiEndpoint(apiEndpoint);
      }
      if (openEndpoint != null) {
        builder.openEndpoint(openEndpoint);
      }
      return clock == null ? builder : builder.clock(clock);
    } catch (IllegalArgumentException e) {
      throw new WeChatConfigurationException(
          "wxtoken's properties are wrong: " + e.getMessage(),
          "Correct wxtoken.appid, wxtoken.secret, wxtoken.api-endpoint or wxtoken.open-endpoint.",
          e);
    }
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "WeChatClientSettings[appid=" + appid + "]";
  }
}
