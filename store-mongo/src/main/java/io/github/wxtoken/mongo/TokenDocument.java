package io.github.wxtoken.mongo;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import org.jspecify.annotations.Nullable;

/**
 * A document of the collection: a token, or the reason why it is none. The reason is data and not
 * an exception, because the driver closes a connection whose answer it could not decode.
 */
record TokenDocument(String openid, @Nullable OAuthToken token, @Nullable String fault) {
  static final String OVERSIZED =
      "it has more than " + TokenCodec.MAX_BYTES + " bytes, and was not loaded";

  static TokenDocument of(OAuthToken token) {
    return new TokenDocument(token.openid(), token, null);
  }

  static TokenDocument broken(String openid, String fault) {
    return new TokenDocument(openid, null, fault);
  }

  boolean isOversized() {
    return OVERSIZED.equals(fault);
  }

  /**
   * Returns the token.
   *
   * @param key the key of the request
   * @throws CorruptTokenException if this is not a token of that key; the message shows no content
   */
  OAuthToken require(String key) {
    if (token == null) {
      throw new CorruptTokenException(key, String.valueOf(fault));
    }
    if (!openid.equals(key)) {
      throw new CorruptTokenException(key, "it is of another openid");
    }
    return token;
  }
}
