package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.AppRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The tickets of an app of one type. WeChat issues them for the app's access token, and returns the
 * same one while it lives (docs/wechat-protocol.md#tickets). So the next one cannot be fetched
 * ahead. The first fetch ahead finds that out, and the record and those that follow remember it in
 * the field {@code scope}, which a ticket does not need. Thread-safe.
 */
final class TicketSource implements CredentialSource {
  private static final String REPEATED = "repeated";

  private final TicketType type;
  private final AppTokens tokens;
  private final AppApi api;
  private final AppFetches fetches;
  private final Duration httpTimeout;

  TicketSource(
      TicketType type, AppTokens tokens, AppApi api, AppFetches fetches, Duration httpTimeout) {
    this.type = type;
    this.tokens = tokens;
    this.api = api;
    this.fetches = fetches;
    this.httpTimeout = httpTimeout;
  }

  @Override
  public boolean needsUser() {
    return false;
  }

  @Override
  public boolean refreshesInBackground() {
    return true;
  }

  /** A short life is the remainder of one that another program began. */
  @Override
  public Duration refreshAhead(OAuthToken ticket, Duration usual) {
    boolean remainder = ticket.expiresIn() <= 2 * usual.toSeconds();
    return remainder || isRepeated(ticket) ? Duration.ZERO : usual;
  }

  @Override
  public void requireRenewable(OAuthToken stored) {}

  @Override
  public OAuthToken fetch(String key, Optional<OAuthToken> stored) {
    AppRecord what = type == TicketType.JSAPI ? AppRecord.JSAPI_TICKET : AppRecord.WX_CARD_TICKET;
    return fetches.observe(
        what,
        stored,
        () -> {
          OAuthToken answer = tokens.call(token -> api.ticket(key, type, token));
          return stored.map(old -> after(old, answer)).orElse(answer);
        });
  }

  /** Returns the record that follows another one. */
  private OAuthToken after(OAuthToken old, OAuthToken answer) {
    if (answer.accessToken() == null || !answer.accessToken().equals(old.accessToken())) {
      return answer.toBuilder().scope(isRepeated(old) ? REPEATED : null).build();
    }
    return answer.toBuilder().expiresIn(rest(old, answer)).scope(REPEATED).build();
  }

  /**
   * Returns the seconds that a repeated ticket has left. WeChat said its end first; whether the
   * life of the repetition counts anew is unconfirmed. WeChat's end may be up to an HTTP timeout
   * later than ours, since a life counts from before the request.
   */
  private long rest(OAuthToken old, OAuthToken answer) {
    Instant asked = Instant.ofEpochMilli(answer.createAt());
    if (!old.isValid(asked) && isRepeated(old) && old.expiresIn() <= allowance()) {
      return answer.expiresIn(); // The allowance is used up, so WeChat counts in another way.
    }
    Instant end = old.isValid(asked) ? old.expiresAt() : old.expiresAt().plusSeconds(allowance());
    long millis = Duration.between(asked, end).toMillis();
    // A ticket that comes after that time lives anew.
    return millis <= 0 ? answer.expiresIn() : Math.min(answer.expiresIn(), (millis + 999) / 1000);
  }

  private long allowance() {
    return (httpTimeout.toMillis() + 999) / 1000;
  }

  private static boolean isRepeated(OAuthToken ticket) {
    return REPEATED.equals(ticket.scope());
  }
}
