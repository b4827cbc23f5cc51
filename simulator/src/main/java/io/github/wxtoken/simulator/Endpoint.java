package io.github.wxtoken.simulator;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The endpoints of WeChat's two hosts that the simulator serves, all under one address. */
public enum Endpoint {
  /** The authorize page for service accounts (docs/wechat-protocol.md#authorize-page). */
  AUTHORIZE("GET", "/connect/oauth2/authorize"),
  /** The authorize page for websites (docs/wechat-protocol.md#website-sign-in-page). */
  QRCONNECT("GET", "/connect/qrconnect"),
  /** A code becomes a user's tokens (docs/wechat-protocol.md#code-exchange). */
  EXCHANGE("GET", "/sns/oauth2/access_token"),
  /** A refresh token renews a user's access token (docs/wechat-protocol.md#refresh). */
  REFRESH("GET", "/sns/oauth2/refresh_token"),
  /** The user's profile (docs/wechat-protocol.md#user-profile). */
  USERINFO("GET", "/sns/userinfo"),
  /** Tells whether a user's access token is still valid (docs/wechat-protocol.md#token-check). */
  AUTH("GET", "/sns/auth"),
  /** A mini program's code becomes a session key (docs/wechat-protocol.md#mini-program-session). */
  JSCODE2SESSION("GET", "/sns/jscode2session"),
  /** Tells whether a session key is still valid (docs/wechat-protocol.md#session-check). */
  CHECK_SESSION("GET", "/wxa/checksession"),
  /** A new session key for a user (docs/wechat-protocol.md#session-check). */
  RESET_SESSION_KEY("GET", "/wxa/resetusersessionkey"),
  /** The global token; every call makes a new one (docs/wechat-protocol.md#app-token). */
  TOKEN("GET", "/cgi-bin/token"),
  /** The global token that stays the same while it lives (docs/wechat-protocol.md#stable-token). */
  STABLE_TOKEN("POST", "/cgi-bin/stable_token"),
  /** The ticket for JS-SDK and card signatures (docs/wechat-protocol.md#tickets). */
  TICKET("GET", "/cgi-bin/ticket/getticket"),
  /** A follower of a service account (docs/wechat-protocol.md#calls-with-the-app-token). */
  FOLLOWER("GET", "/cgi-bin/user/info"),
  /** The menu of a service account (docs/wechat-protocol.md#calls-with-the-app-token). */
  MENU("GET", "/cgi-bin/menu/get"),
  /** The phone number of a mini program's user (docs/wechat-protocol.md#phone-number). */
  PHONE_NUMBER("POST", "/wxa/business/getuserphonenumber");

  private static final Map<String, Endpoint> BY_PATH =
      Stream.of(values())
          .collect(Collectors.toUnmodifiableMap(Endpoint::path, Function.identity()));

  private final String method;
  private final String path;

  Endpoint(String method, String path) {
    this.method = method;
    this.path = path;
  }

  /**
   * Returns the only HTTP method that WeChat accepts here.
   *
   * @return {@code GET} or {@code POST}
   */
  public String method() {
    return method;
  }

  /**
   * Returns the path on WeChat's host and on the simulator.
   *
   * @return the path, beginning with a slash
   */
  public String path() {
    return path;
  }

  static @Nullable Endpoint at(String path) {
    return BY_PATH.get(path);
  }
}
