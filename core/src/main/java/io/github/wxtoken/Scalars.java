package io.github.wxtoken;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * A value of JSON as text or as a number, whichever it was written as. PHP gateways and Node's
 * stores turn numbers into strings (the create_at trap of wechat-oauth issue 58), and the other way
 * around.
 */
final class Scalars {
  /** Spelled out, 1e999999999 would fill the heap. */
  private static final int MAX_SCALE = 100;

  private static final int MAX_DIGITS = 100;

  private Scalars() {}

  /** Returns the text of a string or a number, or null. */
  static @Nullable String text(@Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    BigDecimal number = number(value);
    return number == null ? null : number.toPlainString();
  }

  /** Returns the value of a number or of a string that has one, or null. */
  static @Nullable BigDecimal number(@Nullable Object value) {
    if (value instanceof Long number) {
      return BigDecimal.valueOf(number);
    }
    if (value instanceof BigInteger number) {
      return new BigDecimal(number);
    }
    if (value instanceof BigDecimal number) {
      return bounded(number);
    }
    return value instanceof String text ? parsed(text.strip()) : null;
  }

  private static @Nullable BigDecimal parsed(String text) {
    try {
      return text.length() > MAX_DIGITS ? null : bounded(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static @Nullable BigDecimal bounded(BigDecimal number) {
    return Math.abs((long) number.scale()) < MAX_SCALE ? number : null;
  }
}
