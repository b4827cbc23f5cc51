package io.github.wxtoken.redis;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The prefix of all keys of one kind. */
record Prefix(String text) {
  private static final Pattern ALLOWED = Pattern.compile("[!-~]{1,128}");
  private static final Pattern GLOB = Pattern.compile("[*?\\[\\]\\\\]");

  /** Checks a prefix; the exception names the option. */
  static Prefix of(String option, @Nullable String text) {
    if (text == null || !ALLOWED.matcher(text).matches()) {
      throw new IllegalArgumentException(
          option + " must be 1 to 128 printable ASCII characters without a space");
    }
    return new Prefix(text);
  }

  /** Tells whether a key with one prefix may also have the other. */
  boolean overlaps(Prefix other) {
    return text.startsWith(other.text) || other.text.startsWith(text);
  }

  /** Returns the key of a name. Callers encode keys, so that Lettuce's one thread does not. */
  byte[] key(String name) {
    return (text + name).getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns the pattern for SCAN. */
  String pattern() {
    return GLOB.matcher(text).replaceAll("\\\\$0") + "*";
  }
}
