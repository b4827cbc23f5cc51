package io.github.wxtoken.simulator;

/**
 * A phone number as WeChat knows it.
 *
 * @param countryCode digits, such as {@code 86}
 * @param number digits, without the country code
 */
record PhoneNumber(String countryCode, String number) {
  private static final String CHINA = "86";

  PhoneNumber {
    if (!countryCode.matches("[0-9]{1,4}") || !number.matches("[0-9]{4,20}")) {
      throw new IllegalArgumentException(
          "a phone number needs a country code of 1 to 4 digits and a number of 4 to 20 digits");
    }
  }

  /** Only a foreign number carries its country code (docs/wechat-protocol.md#phone-number). */
  String withCountryCode() {
    return countryCode.equals(CHINA) ? number : "+" + countryCode + number;
  }

  /** Without the number, which is personal data. */
  @Override
  public String toString() {
    return "PhoneNumber[+" + countryCode + "]";
  }
}
