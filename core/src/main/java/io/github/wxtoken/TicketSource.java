package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.AppRecord;
import java.time.Duration;
import java.util.Optional;

/**
 * The tickets of an app of one type. WeChat issues them for the app's access token. Thread-safe.
 */
final class TicketSource implements CredentialSource {
  private final TicketType type;
  private final AppTokens tokens;
  private final AppApi api;
  private final AppFetches fetches;

  TicketSource(TicketType type, AppTokens tokens, AppApi api, AppFetches fetches) {
    this.type = type;
    this.tokens = tokens;
    this.api = api;
    this.fetches = fetches;
  }

  @Override
  public boolean needsUser() {
    return false;
  }

  @Override
  public boolean refreshesInBackground() {
    return true;
  }

  /**
   * WeChat may return the same ticket while it lives (docs/wechat-protocol.md#tickets). Such a
   * remainder of a life is used to its end: to ask again before would only repeat it.
   */
  @Override
  public Duration refreshAhead(OAuthToken ticket, Duration usual) {
    boolean remainder = ticket.expiresIn() <= 2 * usual.toSeconds();
    return remainder ? Duration.ZERO : usual;
  }

  @Override
  public void requireRenewable(OAuthToken stored) {}

  @Override
  public OAuthToken fetch(String key, Optional<OAuthToken> stored) {
    AppRecord what = type == TicketType.JSAPI ? AppRecord.JSAPI_TICKET : AppRecord.WX_CARD_TICKET;
    return fetches.observe(what, stored, () -> tokens.call(token -> api.ticket(key, type, token)));
  }
}
