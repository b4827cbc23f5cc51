package io.github.wxtoken.simulator;

import java.time.Duration;

/** The kinds of accounts, and what they may ask for (docs/wechat-protocol.md#products). */
public enum AppKind {
  /** A verified service account: {@code /connect/oauth2/authorize}. */
  SERVICE_ACCOUNT("snsapi_base,snsapi_userinfo", 300, 30),
  /** A website app of the open platform: {@code /connect/qrconnect}. */
  WEBSITE("snsapi_login", 600, 30),
  /** A mobile app of the open platform: its codes come from the native SDK, so from tests only. */
  MOBILE_APP("snsapi_userinfo", 600, 180),
  /** A mini program: its codes come from {@code wx.login}, so from tests only. */
  MINI_PROGRAM("", 300, 30);

  private final String scopes;
  private final Duration codeLife;
  private final Duration refreshTokenLife;

  AppKind(String scopes, int codeSeconds, int refreshTokenDays) {
    this.scopes = scopes;
    this.codeLife = Duration.ofSeconds(codeSeconds);
    this.refreshTokenLife = Duration.ofDays(refreshTokenDays);
  }

  boolean allows(Scope scope) {
    return !scope.parts().isEmpty() && new Scope(scopes).parts().containsAll(scope.parts());
  }

  Duration codeLife() {
    return codeLife;
  }

  Duration refreshTokenLife() {
    return refreshTokenLife;
  }
}
