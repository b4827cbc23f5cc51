package io.github.wxtoken.simulator;

import java.util.Set;

/**
 * An app that the simulator knows. Immutable.
 *
 * @param appid its appid
 * @param secret its secret
 * @param kind which pages and scopes it may use
 * @param redirectDomains the hosts that may follow an authorization, each matched exactly
 *     (docs/wechat-protocol.md#authorize-page)
 * @param unionid whether it is bound to an open-platform account, so that answers have a unionid
 * @param ipAllowlist the addresses that may fetch its global token; empty lets everyone
 *     (docs/wechat-protocol.md#app-token)
 */
public record SimulatorApp(
    String appid,
    String secret,
    AppKind kind,
    Set<String> redirectDomains,
    boolean unionid,
    Set<String> ipAllowlist) {

  /**
   * Copies the sets.
   *
   * @param appid its appid
   * @param secret its secret
   * @param kind which pages and scopes it may use
   * @param redirectDomains the hosts that may follow an authorization
   * @param unionid whether answers have a unionid
   * @param ipAllowlist the addresses that may fetch its global token
   */
  public SimulatorApp {
    if (appid.isBlank()) {
      throw new IllegalArgumentException("an app needs an appid");
    }
    redirectDomains = Set.copyOf(redirectDomains);
    ipAllowlist = Set.copyOf(ipAllowlist);
  }

  /**
   * An app that may redirect to localhost and 127.0.0.1, has no unionid and no IP allowlist.
   *
   * @param appid its appid
   * @param secret its secret
   * @param kind which pages and scopes it may use
   * @return the app
   */
  public static SimulatorApp of(String appid, String secret, AppKind kind) {
    return new SimulatorApp(appid, secret, kind, Set.of("localhost", "127.0.0.1"), false, Set.of());
  }

  /**
   * The same app with other redirect domains.
   *
   * @param domains hosts, without scheme and port
   * @return the changed copy
   */
  public SimulatorApp withRedirectDomains(String... domains) {
    return new SimulatorApp(appid, secret, kind, Set.of(domains), unionid, ipAllowlist);
  }

  /**
   * The same app, bound to the open platform or not.
   *
   * @param bound whether answers have a unionid
   * @return the changed copy
   */
  public SimulatorApp withUnionid(boolean bound) {
    return new SimulatorApp(appid, secret, kind, redirectDomains, bound, ipAllowlist);
  }

  /**
   * The same app with another IP allowlist.
   *
   * @param addresses numeric addresses; none lets everyone
   * @return the changed copy
   */
  public SimulatorApp withIpAllowlist(String... addresses) {
    return new SimulatorApp(appid, secret, kind, redirectDomains, unionid, Set.of(addresses));
  }

  /** Without the secret. */
  @Override
  public String toString() {
    return "SimulatorApp[" + appid + ", " + kind + "]";
  }
}
