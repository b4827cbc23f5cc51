package io.github.wxtoken;

import org.jspecify.annotations.Nullable;

/**
 * Makes foreign text safe for a message, a log line or a {@code toString()}: one line of bounded
 * length, without control characters and without characters that reorder text.
 */
final class Printable {
  /** Enough for an openid or the scopes of a token. */
  static final int SHORT = 128;

  private Printable() {}

  /** Makes text of at most {@link #SHORT} characters; "null" of null. */
  static String line(@Nullable String text) {
    return line(String.valueOf(text), SHORT);
  }

  /**
   * Makes a line of text.
   *
   * @param text any text
   * @param atMost the maximum number of code points; a longer text is cut and ends with an ellipsis
   */
  static String line(String text, int atMost) {
    StringBuilder line = new StringBuilder(Math.min(text.length(), 2 * atMost));
    int written = 0;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      int shown = shown(c);
      if (shown < 0) {
        continue;
      }
      if (written == atMost) {
        line.setLength(line.offsetByCodePoints(line.length(), -1));
        return line.append('…').toString();
      }
      line.appendCodePoint(shown);
      written++;
    }
    return line.toString();
  }

  /** Returns what is shown for a character, or -1 for nothing. */
  private static int shown(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> ' ';
      case Character.FORMAT -> -1; // marks of direction, characters without width
      case Character.SURROGATE, Character.PRIVATE_USE, Character.UNASSIGNED -> '?';
      default -> c;
    };
  }
}
