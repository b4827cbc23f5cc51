package io.github.wxtoken;

/** The language that {@code /sns/userinfo} is asked to name places in. */
public enum Lang {
  /** Simplified Chinese. */
  ZH_CN("zh_CN"),
  /** Traditional Chinese. */
  ZH_TW("zh_TW"),
  /** English, wechat-oauth's default and ours. */
  EN("en");

  private final String code;

  Lang(String code) {
    this.code = code;
  }

  /**
   * Returns WeChat's name of the language.
   *
   * @return the value of the parameter {@code lang}
   */
  public String code() {
    return code;
  }
}
