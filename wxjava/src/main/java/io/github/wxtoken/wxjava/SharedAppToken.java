package io.github.wxtoken.wxjava;

import io.github.wxtoken.AppAccessToken;
import io.github.wxtoken.TicketType;
import io.github.wxtoken.WeChatApp;
import java.util.concurrent.locks.Lock;

/**
 * The app's token as WxJava asks for it.
 *
 * <p>WxJava fetches a token of its own where its configuration says that the token has expired.
 * Here it never does: {@link #value} returns a valid token, which {@link WeChatApp} has fetched
 * where that was due. After a refusal WxJava takes the lock, compares the configuration's token
 * with the refused one, and tells the configuration that its token has expired without saying which
 * one it means. The lock remembers the token that was compared, so that a refusal that comes late
 * does not end a fresh token. Thread-safe.
 */
final class SharedAppToken {
  private final WeChatApp app;
  private final RefusalLock lock;

  SharedAppToken(WeChatApp app) {
    this.app = app;
    this.lock = new RefusalLock(app.appid());
  }

  Lock lock() {
    return lock;
  }

  String value() {
    lock.forget();
    AppAccessToken token = app.getAccessToken();
    lock.remember(token);
    return token.value();
  }

  long expiresAtMillis() {
    return app.getAccessToken().expiresAt().toEpochMilli();
  }

  /** Replaces the token that WxJava has compared, or the current one where it has not. */
  void expire() {
    AppAccessToken compared = lock.compared();
    app.invalidate(compared == null ? app.getAccessToken() : compared);
  }

  String ticket(TicketType type) {
    return app.getTicket(type).value();
  }

  /** Refuses what only a caller that fetches a token or ticket of its own does. */
  UnsupportedOperationException refuseUpdate() {
    return new UnsupportedOperationException(
        "wxtoken fetches the tokens and tickets of the app "
            + app.appid()
            + ", so a token or ticket from elsewhere cannot be set. Remove the call");
  }

  /** Refuses another app's id, whose tokens these are not. */
  void requireOwn(String appid) {
    if (!app.appid().equals(appid)) {
      throw new IllegalArgumentException(
          "this configuration has the tokens of the app "
              + app.appid()
              + ". Create another one for another app");
    }
  }
}
