package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * Turns the record of a key into a token. A record that is no token of that key is a {@link
 * CorruptTokenException}, which names the key and the broken rule and never the content.
 */
public final class TokenRecords {
  /**
   * The longest record in UTF-8: a {@code char} takes at most three bytes. To notice a longer
   * record, load one byte more than this; loading all of it could fill the heap.
   */
  public static final int MAX_BYTES = 3 * TokenStores.MAX_RECORD_CHARS;

  /** Replaces bytes that are not UTF-8, or is part of the text. */
  private static final char REPLACEMENT = '\uFFFD';

  private TokenRecords() {}

  /**
   * Reads a record that is JSON in UTF-8.
   *
   * @param openid the key
   * @param utf8 the record, of which nothing after the first {@link #MAX_BYTES} + 1 bytes is needed
   * @return its token
   * @throws CorruptTokenException if the record is too long, not UTF-8, not the JSON of a token, or
   *     the token of another openid
   */
  public static OAuthToken ofJson(String openid, byte[] utf8) {
    if (utf8.length > MAX_BYTES) {
      throw new CorruptTokenException(
          openid, "it has more than " + TokenStores.MAX_RECORD_CHARS + " characters");
    }
    String json = new String(utf8, StandardCharsets.UTF_8);
    if (json.indexOf(REPLACEMENT) >= 0
        && !Arrays.equals(json.getBytes(StandardCharsets.UTF_8), utf8)) {
      throw new CorruptTokenException(openid, "not UTF-8");
    }
    return ofJson(openid, json);
  }

  /**
   * Reads a record that is JSON.
   *
   * @param openid the key
   * @param json the record
   * @return its token
   * @throws CorruptTokenException if the record is too long, not the JSON of a token, or the token
   *     of another openid
   */
  public static OAuthToken ofJson(String openid, String json) {
    return read(openid, () -> OAuthToken.fromJson(json));
  }

  /**
   * Reads a record in a format of the store's own, such as a row.
   *
   * @param openid the key
   * @param decoder makes the token; what is wrong with the record is the message of its {@link
   *     IllegalArgumentException}, which must not show the content. The exceptions of {@link
   *     OAuthToken}'s methods are fit for that
   * @return its token
   * @throws CorruptTokenException if the decoder refuses the record, or if it is the token of
   *     another openid
   */
  public static OAuthToken read(String openid, Supplier<OAuthToken> decoder) {
    OAuthToken token;
    try {
      token = decoder.get();
    } catch (IllegalArgumentException e) {
      throw new CorruptTokenException(openid, String.valueOf(e.getMessage()));
    }
    if (!token.openid().equals(openid)) {
      throw new CorruptTokenException(openid, "it is of another openid");
    }
    return token;
  }
}
