package io.github.wxtoken;

/**
 * The endpoint that an app's own access token comes from. All processes of an app, and all other
 * programs that use its credentials, should agree: the tokens of one mode do not affect those of
 * the other.
 */
public enum AppTokenMode {
  /**
   * {@code /cgi-bin/stable_token}: WeChat returns the same token to all who ask while it lives, so
   * that programs outside the cluster do no harm (docs/wechat-protocol.md#stable-token).
   */
  STABLE,

  /**
   * {@code /cgi-bin/token}: each call makes a new token, and the one before ends 5 minutes later
   * (docs/wechat-protocol.md#app-token). For an app that cannot use the other one. No program
   * outside the cluster may call it.
   */
  CLASSIC
}
