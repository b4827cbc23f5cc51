package io.github.wxtoken;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the records that hold an app's own credentials. They stand in the same stores as the
 * tokens of users: docs/design.md#records-of-an-app.
 *
 * <p>With an appid of 18 characters and the prefix of a scoped view, each key fits the column of 50
 * characters that wechat-oauth's table has for the openid.
 */
final class AppRecords {
  private static final Pattern APPID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** Matches keys with and without the prefix of a scoped view. */
  private static final Pattern KEY =
      Pattern.compile("(?:[A-Za-z0-9_:-]+:)?(?:app|ticket:(?:jsapi|card)):[A-Za-z0-9_-]+");

  private AppRecords() {}

  /** Returns the key of the app's access token. */
  static String tokenKey(String appid) {
    return "app:" + requireAppid(appid);
  }

  /** Returns the key of a ticket of the app. */
  static String ticketKey(TicketType type, String appid) {
    return "ticket:" + type.keyPart() + ":" + requireAppid(appid);
  }

  /** Refuses an appid of which no key can be made. */
  static String requireAppid(@Nullable String appid) {
    if (appid == null || !APPID.matcher(appid).matches()) {
      throw new IllegalArgumentException("appid must be 1 to 64 characters of [A-Za-z0-9_-]");
    }
    return appid;
  }

  /** Tells whether a key has the form of an app's record. No openid of WeChat's has a colon. */
  static boolean isKey(String key) {
    // Nearly all keys are openids.
    return key.indexOf(':') >= 0 && KEY.matcher(key).matches();
  }

  /**
   * Tells whether a record is an app's. A user's has a refresh token or a session key, also if its
   * key looks like an app's since a scoped view has the prefix {@code app:}.
   */
  static boolean isRecord(OAuthToken record) {
    return isKey(record.openid()) && isEmpty(record.refreshToken()) && isEmpty(record.sessionKey());
  }

  private static boolean isEmpty(@Nullable String text) {
    return text == null || text.isEmpty();
  }
}
