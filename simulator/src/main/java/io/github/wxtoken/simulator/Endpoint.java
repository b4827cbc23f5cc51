package io.github.wxtoken.simulator;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the simulator serves of WeChat's two hosts, all under one address. */
public enum Endpoint {
  /** The authorize page for service accounts (section 2). */
  AUTHORIZE("GET", "/connect/oauth2/authorize"),
  /** The authorize page for websites (section 3). */
  QRCONNECT("GET", "/connect/qrconnect"),
  /** A code becomes a user's tokens (section 4). */
  EXCHANGE("GET", "/sns/oauth2/access_token"),
  /** A refresh token renews a user's access token (section 5). */
  REFRESH("GET", "/sns/oauth2/refresh_token"),
  /** The user's profile (section 6). */
  USERINFO("GET", "/sns/userinfo"),
  /** Whether a user's access token still lives (section 7). */
  AUTH("GET", "/sns/auth"),
  /** A mini program's code becomes a session key (section 8). */
  JSCODE2SESSION("GET", "/sns/jscode2session"),
  /** Whether a session key still lives (section 8.1). */
  CHECK_SESSION("GET", "/wxa/checksession"),
  /** A new session key for a user (section 8.1). */
  RESET_SESSION_KEY("GET", "/wxa/resetusersessionkey"),
  /** The global token; every call makes a new one (section 9.1). */
  TOKEN("GET", "/cgi-bin/token"),
  /** The global token that stays the same while it lives (section 9.2). */
  STABLE_TOKEN("POST", "/cgi-bin/stable_token"),
  /** The ticket for JS-SDK and card signatures (section 9.3). */
  TICKET("GET", "/cgi-bin/ticket/getticket");

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
   * The only HTTP method that WeChat takes here.
   *
   * @return {@code GET} or {@code POST}
   */
  public String method() {
    return method;
  }

  /**
   * The path on WeChat's host and on the simulator.
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
