package io.github.wxtoken.simulator;

/** When a fault strikes or a gate holds. */
public enum Timing {
  /** WeChat has not done anything yet. */
  BEFORE_PROCESSING,
  /** WeChat has done it; only the answer is late or lost. */
  AFTER_PROCESSING
}
