package io.github.wxtoken.redis;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStores;

/** Tokens to keep. */
final class Tokens {
  private Tokens() {}

  static OAuthToken token(String openid) {
    return OAuthToken.builder()
        .openid(openid)
        .accessToken("CANARY-access")
        .refreshToken("CANARY-refresh")
        .scope("snsapi_base")
        .expiresIn(7200)
        .createAt(1_538_990_000_000L)
        .build();
  }

  /** A token whose record has as many characters as one may have, most of them of three bytes. */
  static OAuthToken longest(String openid) {
    OAuthToken.Builder builder = token(openid).toBuilder();
    int others = builder.scope("").build().toJson().length();
    return builder.scope("\u5fae".repeat(TokenStores.MAX_RECORD_CHARS - others)).build();
  }

  static OAuthToken renewed(OAuthToken token) {
    return token.toBuilder().accessToken("CANARY-renewed").createAt(token.createAt() + 1).build();
  }
}
