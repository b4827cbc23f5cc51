package io.github.wxtoken;

import io.github.wxtoken.store.TokenStores;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the records that hold an app's own credentials. They stand in the same stores as the
 * tokens of users: docs/design.md#records-of-an-app. {@link TokenStores#isAppKey} tells them from
 * those.
 *
 * <p>With an appid of 18 characters and the prefix of a scoped view, each key fits the column of 50
 * characters that wechat-oauth's table has for the openid.
 */
final class AppRecords {
  private static final Pattern APPID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

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
}
