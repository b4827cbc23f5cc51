package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Refuses tokens that a store could not read back as it saved them. Fields of WeChat's answers that
 * break a limit are dropped before, when the answer is read.
 */
final class RecordLimits {
  /** More than the names, the numbers and the punctuation of a record have. */
  private static final int FRAME_CHARS = 512;

  private static final int LONGEST_ESCAPE = "\\u0000".length();

  private RecordLimits() {}

  /**
   * Checks a token that is to be saved.
   *
   * @throws IllegalArgumentException if it would not be read back equal
   */
  static void require(OAuthToken token) {
    String extra = token.extraJson();
    if (!isSurelyShort(token, extra) && token.toJson().length() > TokenStores.MAX_RECORD_CHARS) {
      throw new IllegalArgumentException(
          "token must have at most " + TokenStores.MAX_RECORD_CHARS + " characters as JSON");
    }
    if (extra == null) {
      return;
    }
    if (extra.getBytes(StandardCharsets.UTF_8).length > TokenStores.MAX_EXTRA_BYTES) {
      throw new IllegalArgumentException(
          "extra must have at most " + TokenStores.MAX_EXTRA_BYTES + " bytes as JSON in UTF-8");
    }
    if (!isReadBack(token, extra)) {
      throw new IllegalArgumentException("extra must be JSON that is read back equal");
    }
  }

  /** Spares nearly every save the detour over JSON. */
  private static boolean isSurelyShort(OAuthToken token, @Nullable String extra) {
    long known =
        length(token.accessToken())
            + length(token.refreshToken())
            + length(token.openid())
            + length(token.scope())
            + length(token.unionid())
            + length(token.sessionKey());
    return FRAME_CHARS + LONGEST_ESCAPE * known + length(extra) <= TokenStores.MAX_RECORD_CHARS;
  }

  private static long length(@Nullable String text) {
    return text == null ? 0 : text.length();
  }

  private static boolean isReadBack(OAuthToken token, String extra) {
    try {
      return token.toBuilder().extraJson(extra).build().extra().equals(token.extra());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
