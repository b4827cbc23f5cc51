package io.github.wxtoken;

/** A kind of ticket that an app gets from WeChat (docs/wechat-protocol.md#tickets). */
public enum TicketType {
  /** Signs the pages that use WeChat's JS-SDK: {@link WeChatApp#signJsapi}. */
  JSAPI("jsapi", "jsapi"),

  /** Signs cards and coupons (卡券). */
  WX_CARD("wx_card", "card");

  private final String code;
  private final String keyPart;

  TicketType(String code, String keyPart) {
    this.code = code;
    this.keyPart = keyPart;
  }

  /**
   * Returns WeChat's name of the type.
   *
   * @return {@code jsapi} or {@code wx_card}
   */
  public String code() {
    return code;
  }

  /** Returns its part of the record's key, which has to be short: see {@link AppRecords}. */
  String keyPart() {
    return keyPart;
  }
}
