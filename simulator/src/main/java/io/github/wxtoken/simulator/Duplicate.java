package io.github.wxtoken.simulator;

/**
 * Duplicate callbacks (docs/wechat-protocol.md#duplicate-callbacks). The first of the two comes
 * from the simulator itself, with the browser's cookies, at the same time as the browser is
 * redirected.
 */
public enum Duplicate {
  /** One callback. */
  NONE,
  /** Shape A: the same code and state twice. */
  SAME_CODE,
  /** Shape B: two codes, the same state; not when the link has {@code connect_redirect=1}. */
  TWO_CODES
}
