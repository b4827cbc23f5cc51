package io.github.wxtoken;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Text as bytes, for hashes and MACs. {@link String#getBytes} replaces half a surrogate pair by a
 * question mark, so two texts that differ would have one hash.
 */
final class Utf8 {
  private Utf8() {}

  /** Tells whether a text has no half of a surrogate pair. */
  static boolean isWellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the bytes of a text.
   *
   * @throws IllegalArgumentException if it is not well-formed; callers check what comes from
   *     outside before, with a message that names it
   */
  static byte[] bytes(String text) {
    try {
      var encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("text must not have half a surrogate pair");
    }
  }
}
