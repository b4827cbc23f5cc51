package io.github.wxtoken.testkit;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStores;

/**
 * Tokens for tests of stores. Each access and refresh token contains {@link #SECRET}, which no
 * message may show.
 */
public final class Tokens {
  /** A part of each secret. */
  public static final String SECRET = "CANARY";

  /** The creation time of the tokens, in milliseconds since the epoch. */
  public static final long CREATED = 1_538_990_000_000L;

  private Tokens() {}

  /**
   * Returns a token of the web login.
   *
   * @param openid the user
   * @return a token that is the same in each call
   */
  public static OAuthToken token(String openid) {
    return OAuthToken.builder()
        .accessToken("CANARY-access-of-" + openid)
        .expiresIn(7200)
        .refreshToken("CANARY-refresh-of-" + openid)
        .openid(openid)
        .scope("snsapi_userinfo")
        .createAt(CREATED)
        .build();
  }

  /**
   * Returns the token after one refresh.
   *
   * @param token the token before
   * @return the same user's token with another access token, created one second later
   */
  public static OAuthToken renewed(OAuthToken token) {
    return renewed(token, 1);
  }

  /**
   * Returns the token after several refreshes.
   *
   * @param token the token before
   * @param times the number of refreshes
   * @return the same user's token with another access token, created as many seconds later
   */
  public static OAuthToken renewed(OAuthToken token, int times) {
    return token.toBuilder()
        .accessToken("CANARY-renewed-" + times)
        .createAt(token.createAt() + 1000L * times)
        .build();
  }

  /**
   * Returns the session of a mini program.
   *
   * @param openid the user
   * @return a record without tokens
   */
  public static OAuthToken session(String openid) {
    return OAuthToken.builder()
        .openid(openid)
        .sessionKey("tiihtNczf5v6AKRyjwEUhQ==")
        .createAt(CREATED)
        .build();
  }

  /**
   * Returns a token whose record has the maximum number of characters, most of them of three bytes.
   *
   * @param openid the user
   * @return a token with a scope of the necessary length
   */
  public static OAuthToken longest(String openid) {
    OAuthToken.Builder builder = token(openid).toBuilder();
    int others = builder.scope("").build().toJson().length();
    return builder.scope("\u5fae".repeat(TokenStores.MAX_RECORD_CHARS - others)).build();
  }
}
