package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.RefreshOutcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tokens of users, by their openid. WeChat renews them by the refresh token. Thread-safe. */
final class UserTokenSource implements CredentialSource {
  private static final String SESSION =
      " is a mini program's session, which has no access token, no refresh token and no profile. To"
          + " get the user's data, call getMiniProgramUserByCode(code, encryptedData, iv). To get the"
          + " session key, call getSessionKey(code), or getToken(openid) of the store";

  private final WeChatApi api;
  private final Events events;

  UserTokenSource(WeChatApi api, Events events) {
    this.api = api;
    this.events = events;
  }

  @Override
  public boolean needsUser() {
    return true;
  }

  @Override
  public void requireRenewable(OAuthToken stored) {
    if (stored.refreshToken() == null || stored.refreshToken().isEmpty()) {
      throw new ReauthorizationRequiredException(
          stored.sessionKey() == null
              ? "the token of "
                  + stored.openid()
                  + " has no refresh token, so the user must sign in again"
              : "what is stored for " + stored.openid() + SESSION,
          null);
    }
  }

  @Override
  public OAuthToken fetch(String openid, Optional<OAuthToken> stored) {
    OAuthToken old = stored.orElseThrow(() -> new NoTokenException(openid));
    return old.overlay(ask(openid, String.valueOf(old.refreshToken())));
  }

  /**
   * Asks WeChat to renew a token that the store may not have.
   *
   * @return WeChat's answer, which may lack fields
   */
  OAuthToken ask(String refreshToken) {
    return ask(null, refreshToken);
  }

  private OAuthToken ask(@Nullable String openid, String refreshToken) {
    long start = System.nanoTime();
    try {
      OAuthToken answer = api.refresh(refreshToken);
      if (openid != null && !answer.openid().equals(openid)) {
        throw new WeChatTransportException(
            "WeChat's answer to a refresh is unusable: it is of another openid", null);
      }
      events.refreshed(answer.openid(), RefreshOutcome.REFRESHED, Events.since(start));
      return answer;
    } catch (WeChatOAuthException e) {
      events.refreshed(openid, classify(e), Events.since(start));
      throw e;
    }
  }
}
