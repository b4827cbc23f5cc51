package io.github.wxtoken.simulator;

/** How an errmsg ends (docs/wechat-protocol.md#texts-of-errors). */
public enum ErrmsgSuffix {
  /** Nothing follows. */
  NONE(""),
  /** {@code , rid: 65a33cd8-023106e1-2dc7e2f6}: what is common now. */
  RID_WITH_COMMA(", rid: %1$08x-%2$08x-%3$08x"),
  /** {@code rid: 65a33cd8-023106e1-2dc7e2f6}. */
  RID(" rid: %1$08x-%2$08x-%3$08x"),
  /** {@code hint: [65a33cd8]}. */
  HINT(" hint: [%1$08x]"),
  /** {@code , hints: [ req_id: 65a33cd8 ]}: the older form. */
  HINTS_REQ_ID(", hints: [ req_id: %1$08x ]");

  private final String format;

  ErrmsgSuffix(String format) {
    this.format = format;
  }

  String format() {
    return format;
  }
}
