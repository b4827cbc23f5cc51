package io.github.wxtoken.wxjava;

import cn.binarywang.wx.miniapp.config.impl.WxMaDefaultConfigImpl;
import io.github.wxtoken.TicketType;
import io.github.wxtoken.WeChatApp;
import java.util.concurrent.locks.Lock;
import me.chanjar.weixin.common.bean.WxAccessToken;

/**
 * WxJava's configuration of a mini program, with the token and the tickets of a {@link WeChatApp}.
 * {@code WxMaService} then never fetches one of its own. Thread-safe, once set.
 *
 * <p>The other settings of WxJava are set as usual: {@code setToken} and {@code setAesKey} for
 * messages, {@code setSecret} for WxJava's {@code jsCode2SessionInfo}. The time of refreshes, the
 * mode of tokens and the store are the {@link WeChatApp}'s. What it throws reaches the caller of
 * {@code WxMaService} as it is.
 */
public class WxTokenMaConfig extends WxMaDefaultConfigImpl {
  private final SharedAppToken shared;

  /**
   * Creates the configuration of an app.
   *
   * @param app the app, which this does not close
   */
  public WxTokenMaConfig(WeChatApp app) {
    shared = new SharedAppToken(app);
    super.setAppid(app.appid());
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

  @Override
  public String getJsapiTicket() {
    return shared.ticket(TicketType.JSAPI);
  }

  @Override
  public String getCardApiTicket() {
    return shared.ticket(TicketType.WX_CARD);
  }

  /**
   * Returns false: {@link #getJsapiTicket} returns no expired ticket.
   *
   * @return false
   */
  @Override
  public boolean isJsapiTicketExpired() {
    return false;
  }

  /**
   * Returns false: {@link #getCardApiTicket} returns no expired ticket.
   *
   * @return false
   */
  @Override
  public boolean isCardApiTicketExpired() {
    return false;
  }

  /** Does nothing: WeChat returns the same ticket while it lives. */
  @Override
  public void expireJsapiTicket() {}

  /** Does nothing: WeChat returns the same ticket while it lives. */
  @Override
  public void expireCardApiTicket() {}

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
   * Refuses a ticket from elsewhere.
   *
   * @param jsapiTicket the ticket
   * @param expiresInSeconds its life
   * @throws UnsupportedOperationException always
   */
  @Override
  public void updateJsapiTicket(String jsapiTicket, int expiresInSeconds) {
    throw shared.refuseUpdate();
  }

  /**
   * Refuses a ticket from elsewhere.
   *
   * @param cardApiTicket the ticket
   * @param expiresInSeconds its life
   * @throws UnsupportedOperationException always
   */
  @Override
  public void updateCardApiTicket(String cardApiTicket, int expiresInSeconds) {
    throw shared.refuseUpdate();
  }

  /**
   * Refuses another app.
   *
   * @param appid the app's id
   * @throws IllegalArgumentException if it is another app's
   */
  @Override
  public void setAppid(String appid) {
    shared.requireOwn(appid);
  }

  /** Shows the app. WxJava's own form shows secrets. */
  @Override
  public String toString() {
    return "WxTokenMaConfig[" + getAppid() + "]";
  }
}
