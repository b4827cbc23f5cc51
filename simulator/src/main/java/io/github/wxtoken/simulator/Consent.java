package io.github.wxtoken.simulator;

/** The result of an authorization that needs the user's consent; snsapi_base never asks. */
public enum Consent {
  /** A page with two buttons, for a person or a test that posts its form. */
  PAGE,
  /**
   * The user consents at once, as one who enters from the account's chat does; forcePopup has no
   * effect.
   */
  AUTO,
  /** The user refuses at once. */
  DENY,
  /**
   * The user gets a snapshot page: a made-up openid that is not used again
   * (docs/wechat-protocol.md#snapshot-users).
   */
  SNAPSHOT
}
