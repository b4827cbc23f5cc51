package io.github.wxtoken.mongo;

import io.github.wxtoken.OAuthToken;

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

  static OAuthToken renewed(OAuthToken token) {
    return token.toBuilder().accessToken("CANARY-renewed").createAt(token.createAt() + 1).build();
  }
}
