package io.github.wxtoken.redis;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the keys of one kind begin with. */
record Prefix(String text) {
  private static final Pattern ALLOWED = Pattern.compile("[!-~]{1,128}");
  private static final Pattern GLOB = Pattern.compile("[*?\\[\\]\\\\]");

  /** Checks a prefix; the option is what the exception names. */
  static Prefix of(String option, @Nullable String text) {
    if (text == null || !ALLOWED.matcher(text).matches()) {
      throw new IllegalArgumentException(
          option + " must be 1 to 128 printable ASCII characters without a space");
    }
    return new Prefix(text);
  }

  /** Tells whether a key of the one may be a key of the other. */
  boolean overlaps(Prefix other) {
    return text.startsWith(other.text) || other.text.startsWith(text);
  }

  String key(String name) {
    return text + name;
  }

  /** What SCAN is to match. */
  String pattern() {
    return GLOB.matcher(text).replaceAll("\\\\$0") + "*";
  }
}
