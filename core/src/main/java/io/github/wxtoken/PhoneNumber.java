package io.github.wxtoken;

/**
 * The phone number of a mini program's user: {@link WeChatApp#getPhoneNumber}.
 *
 * @param phoneNumber the number, with the country code if it is not a Chinese one
 * @param purePhoneNumber the number without the country code
 * @param countryCode the country code, such as {@code 86}
 */
public record PhoneNumber(String phoneNumber, String purePhoneNumber, String countryCode) {

  /** Shows the country code, not the number: logs are no place for personal data. */
  @Override
  public String toString() {
    return "PhoneNumber[countryCode=" + Printable.line(countryCode) + "]";
  }
}
