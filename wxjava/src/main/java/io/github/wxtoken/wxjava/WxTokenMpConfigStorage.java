package io.github.wxtoken.wxjava;

import io.github.wxtoken.WeChatApp;
import java.util.concurrent.locks.Lock;
import me.chanjar.weixin.common.bean.WxAccessToken;
import me.chanjar.weixin.common.enums.TicketType;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;

/**
 * WxJava's configuration of an official account, with the token and the tickets of a {@link
 * WeChatApp}. {@code WxMpService} then never fetches one of its own. Thread-safe, once set.
 *
 * <p>The other settings of WxJava are set as usual: {@code setToken} and {@code setAesKey} for
 * messages, {@code setSecret} for WxJava's own sign-in. The time of refreshes, the mode of tokens
 * and the store are the {@link WeChatApp}'s. What it throws reaches the caller of {@code
 * WxMpService} as it is.
 *
 * <p>Tickets of the type {@code SDK}, for mobile apps, are not the {@link WeChatApp}'s: each
 * process fetches them by WxJava, with the shared token.
 */
public class WxTokenMpConfigStorage extends WxMpDefaultConfigImpl {
  private static final long serialVersionUID = 1;

  private final transient SharedAppToken shared;

  /**
   * Creates the configuration of an app.
   *
   * @param app the app, which this does not close
   */
  public WxTokenMpConfigStorage(WeChatApp app) {
    shared = new SharedAppToken(app);
    super.setAppId(app.appid());
  }

  /**
   * Returns the shared token, fetched if there is none.
   *
   * @return a token that is valid now
   */
  @Override
  public String getAccessToken() {
    return shared.value();
  }

  /**
   * Returns false: {@link #getAccessToken} returns no expired token.
   *
   * @return false
   */
  @Override
  public boolean isAccessTokenExpired() {
    return false;
  }

  /** Replaces the token, unless another process has replaced it already. */
  @Override
  public void expireAccessToken() {
    shared.expire();
  }

  @Override
  public Lock getAccessTokenLock() {
    return shared.lock();
  }

  @Override
  public long getExpiresTime() {
    return shared.expiresAtMillis();
  }

  /**
   * Returns false for the tickets of the {@link WeChatApp}: {@link #getTicket} returns no expired
   * one.
   *
   * @param type the type
   * @return false, except for the type {@code SDK}
   */
  @Override
  public boolean isTicketExpired(TicketType type) {
    return !isShared(type) && super.isTicketExpired(type);
  }

  @Override
  public String getTicket(TicketType type) {
    return switch (type) {
      case JSAPI -> shared.ticket(io.github.wxtoken.TicketType.JSAPI);
      case WX_CARD -> shared.ticket(io.github.wxtoken.TicketType.WX_CARD);
      default -> super.getTicket(type);
    };
  }

  /**
   * Does nothing for the tickets of the {@link WeChatApp}: WeChat returns the same one while it
   * lives.
   *
   * @param type the type
   */
  @Override
  public void expireTicket(TicketType type) {
    if (!isShared(type)) {
      super.expireTicket(type);
    }
  }

  private static boolean isShared(TicketType type) {
    return type == TicketType.JSAPI || type == TicketType.WX_CARD;
  }

  /**
   * Refuses a token from elsewhere.
   *
   * @param accessToken the token
   * @param expiresInSeconds its life
   * @throws UnsupportedOperationException always
   */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // throws at once
  public void updateAccessToken(String accessToken, int expiresInSeconds) {
    throw shared.refuseUpdate();
  }

  /**
   * Refuses a token from elsewhere.
   *
   * @param accessToken the token
   * @throws UnsupportedOperationException always
   */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // throws at once
  public void updateAccessToken(WxAccessToken accessToken) {
    throw shared.refuseUpdate();
  }

  /**
   * Refuses a token from elsewhere.
   *
   * @param accessToken the token
   * @throws UnsupportedOperationException always
   */
  @Override
  public void setAccessToken(String accessToken) {
    throw shared.refuseUpdate();
  }

  /**
   * Refuses a ticket from elsewhere, except of the type {@code SDK}.
   *
   * @param type the type
   * @param ticket the ticket
   * @param expiresInSeconds its life
   * @throws UnsupportedOperationException for a ticket of the {@link WeChatApp}
   */
  @Override
  @SuppressWarnings("UnsynchronizedOverridesSynchronized") // super takes the lock
  public void updateTicket(TicketType type, String ticket, int expiresInSeconds) {
    if (isShared(type)) {
      throw shared.refuseUpdate();
    }
    super.updateTicket(type, ticket, expiresInSeconds);
  }

  /**
   * Refuses another app.
   *
   * @param appId the app's id
   * @throws IllegalArgumentException if it is another app's
   */
  @Override
  public void setAppId(String appId) {
    shared.requireOwn(appId);
  }

  /** Shows the app. WxJava's own form shows secrets. */
  @Override
  public String toString() {
    return "WxTokenMpConfigStorage[" + getAppId() + "]";
  }
}
