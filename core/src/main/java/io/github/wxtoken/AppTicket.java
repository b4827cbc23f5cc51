package io.github.wxtoken;

import java.time.Instant;

/**
 * A ticket of an app, with which a server signs: {@link WeChatApp#getTicket}.
 *
 * @param value the ticket, a secret
 * @param expiresAt when it expires
 */
public record AppTicket(String value, Instant expiresAt) {

  /**
   * Checks the value.
   *
   * @param value the ticket, not blank
   * @param expiresAt when it expires
   * @throws IllegalArgumentException if the value is blank or the time null
   */
  public AppTicket {
    Arguments.requireText("value", value);
    Arguments.requireGiven("expiresAt", expiresAt);
  }

  /** Makes the view of a record. */
  static AppTicket of(OAuthToken record) {
    return new AppTicket(String.valueOf(record.accessToken()), record.expiresAt());
  }

  /** Shows the expiry, not the value. */
  @Override
  public String toString() {
    return "AppTicket[expiresAt=" + expiresAt + "]";
  }
}
