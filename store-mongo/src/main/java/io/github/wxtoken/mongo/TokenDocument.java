package io.github.wxtoken.mongo;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.TokenRecords;
import io.github.wxtoken.store.TokenStores;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Converts tokens to documents and back, in the shape that mongoose writes with the code of wechat-
 * oauth's README (docs/wechat-protocol.md#records-of-wechat-oauth): {@code create_at} is a string,
 * {@code expires_in} a number.
 *
 * <p>Fields that have no place in that shape are in the subdocument {@value #OURS}, together with
 * the {@code create_at} of their grant. Node's {@code $set} leaves the subdocument unchanged when
 * it writes another grant; the two values then differ, and the subdocument is ignored.
 */
final class TokenDocument {
  static final String OPENID = "openid";
  static final String ACCESS_TOKEN = "access_token";
  static final String REFRESH_TOKEN = "refresh_token";
  static final String CREATE_AT = "create_at";
  static final String SESSION_KEY = "session_key";
  static final String OURS = "wxtoken";

  /** The size of the longest token: no character takes more than four bytes. */
  static final int MAX_BYTES = 4 * TokenStores.MAX_RECORD_CHARS;

  private static final String SCOPE = "scope";
  private static final String EXPIRES_IN = "expires_in";
  private static final String UNIONID = "unionid";
  private static final String EXTRA = "extra";

  /** 2 to the 63rd: the smallest double that is too large for a long. */
  private static final double TOO_LARGE = 0x1p63;

  private TokenDocument() {}

  /**
   * Returns the document of a token.
   *
   * @throws IllegalArgumentException if a field has text that BSON cannot hold; the message does
   *     not show it
   */
  static Document of(OAuthToken token) {
    String createAt = String.valueOf(token.createAt());
    Document document = new Document();
    put(document, ACCESS_TOKEN, token.accessToken());
    // Mongoose writes 32 bits, too. A life that needs more is not cut.
    boolean isInt = token.expiresIn() == (int) token.expiresIn();
    document.append(EXPIRES_IN, isInt ? (Object) (int) token.expiresIn() : token.expiresIn());
    put(document, REFRESH_TOKEN, token.refreshToken());
    put(document, OPENID, token.openid());
    put(document, SCOPE, token.scope());
    put(document, CREATE_AT, createAt);
    Document ours = new Document(CREATE_AT, createAt);
    put(ours, UNIONID, token.unionid());
    put(ours, SESSION_KEY, token.sessionKey());
    // As text: BSON cannot hold every number of JSON.
    put(ours, EXTRA, token.extraJson());
    return ours.size() > 1 ? document.append(OURS, ours) : document;
  }

  /**
   * Appends a text. The driver would encode an unpaired surrogate as bytes that are not UTF-8, and
   * reading them would return another text.
   */
  private static void put(Document document, String name, @Nullable String text) {
    if (text == null) {
      return;
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(name + " must not hold half a surrogate pair");
    }
    document.append(name, text);
  }

  /**
   * Returns the token of a document.
   *
   * @param key the key of the request
   * @param document null if it is too large, and was not loaded
   * @throws CorruptTokenException if this is not a token of that key; the message shows no content
   */
  static OAuthToken read(String key, @Nullable Document document) {
    if (document == null) {
      throw new CorruptTokenException(
          key, "it has more than " + MAX_BYTES + " bytes, and was not loaded");
    }
    return TokenRecords.read(key, () -> token(document));
  }

  private static OAuthToken token(Document document) {
    long createAt = number(document, CREATE_AT);
    OAuthToken.Builder token =
        OAuthToken.builder()
            .openid(Objects.requireNonNullElse(text(document, OPENID), ""))
            .accessToken(text(document, ACCESS_TOKEN))
            .refreshToken(text(document, REFRESH_TOKEN))
            .scope(text(document, SCOPE))
            .expiresIn(number(document, EXPIRES_IN))
            .createAt(createAt);
    if (document.get(OURS) instanceof Document ours
        && String.valueOf(createAt).equals(text(ours, CREATE_AT))) {
      token
          .unionid(text(ours, UNIONID))
          .sessionKey(text(ours, SESSION_KEY))
          .extraJson(text(ours, EXTRA));
    }
    return token.build();
  }

  /** Reads a text, whose length is limited here if the server could not check the size. */
  private static @Nullable String text(Document document, String name) {
    Object value = document.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw new IllegalArgumentException(name + " is not a string");
    }
    if (text.length() > TokenStores.MAX_RECORD_CHARS) {
      throw new IllegalArgumentException(
          name + " has more than " + TokenStores.MAX_RECORD_CHARS + " characters");
    }
    return text;
  }

  /** Reads a number. Missing and null are 0, as in JSON. */
  private static long number(Document document, String name) {
    Object value = document.get(name);
    long number = value == null ? 0 : whole(value);
    if (number < 0) {
      throw new IllegalArgumentException(name + " is not a whole number from 0");
    }
    return number;
  }

  /** Returns a whole number, or a negative number for anything else. */
  private static long whole(Object value) {
    if (value instanceof Integer || value instanceof Long) {
      return ((Number) value).longValue();
    }
    // Node's drivers write every number beyond 32 bits as a double.
    if (value instanceof Double real) {
      return real == Math.rint(real) && real < TOO_LARGE ? real.longValue() : -1;
    }
    return value instanceof String digits ? whole(digits) : -1;
  }

  /**
   * Converts the only accepted form of a number: a filter compares the number's text, so both must
   * be equal.
   */
  private static long whole(String digits) {
    try {
      long number = Long.parseLong(digits);
      return String.valueOf(number).equals(digits) ? number : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
