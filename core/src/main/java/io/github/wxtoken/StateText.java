package io.github.wxtoken;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * The text of a state: the number of the attempt to sign in as one digit, then the other bytes as a
 * number in base 36, with as many digits as the greatest number of so many bytes has. So the number
 * of the attempt is legible also in a state that a browser has cut or appended text to.
 */
final class StateText {
  /** The maximum length that WeChat accepts. */
  private static final int LONGEST = 128;

  private static final double BITS_PER_DIGIT = Math.log(Character.MAX_RADIX) / Math.log(2);
  private static final int SHORTEST = 1 + digits(States.FEWEST_BYTES - 1);

  private StateText() {}

  private static int digits(int bytes) {
    return (int) Math.ceil(bytes * Byte.SIZE / BITS_PER_DIGIT);
  }

  /** Returns the text of a state's bytes, of which the first is the number of the attempt. */
  static String of(byte[] bytes) {
    BigInteger rest = new BigInteger(1, bytes, 1, bytes.length - 1);
    String number = rest.toString(Character.MAX_RADIX);
    return bytes[0] + "0".repeat(digits(bytes.length - 1) - number.length()) + number;
  }

  /** Returns the bytes of a text of {@code [0-9a-z]}, or null if it is not a state. */
  static byte @Nullable [] bytes(String text) {
    int digits = text.length() - 1;
    if (text.length() < SHORTEST || text.length() > LONGEST || attempt(text) == 0) {
      return null;
    }
    int length = (int) (digits * BITS_PER_DIGIT / Byte.SIZE);
    BigInteger number = new BigInteger(text.substring(1), Character.MAX_RADIX);
    if (digits(length) != digits || number.bitLength() > length * Byte.SIZE) {
      return null;
    }
    byte[] rest = number.toByteArray(); // with one more byte, 0, where the first bit is set
    int used = Math.min(rest.length, length);
    byte[] bytes = new byte[1 + length];
    bytes[0] = (byte) attempt(text);
    System.arraycopy(rest, rest.length - used, bytes, bytes.length - used, used);
    return bytes;
  }

  private static int attempt(String text) {
    int attempt = text.charAt(0) - '0';
    return attempt >= 1 && attempt <= CallbackResult.MOST_ATTEMPTS ? attempt : 0;
  }

  /**
   * Takes away what a browser has appended: the text from the first character on that no state has.
   * If a text is too long for a state, the result may be any part that is too long.
   */
  static String withoutAppended(String state) {
    int end = 0;
    while (end < state.length() && end <= LONGEST && isOfStates(state.charAt(end))) {
      end++;
    }
    return state.substring(0, end);
  }

  private static boolean isOfStates(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  }

  /**
   * Reads the number of the attempt from a state that may be forged, cut or another visitor's. That
   * is harmless: it bounds the redirects of the browser that sent it.
   *
   * @return 1 to 3, or 0 if the text does not begin as a state, or is shorter than half of one
   */
  static int readAttempt(@Nullable String state) {
    String text = withoutAppended(state == null ? "" : state);
    return text.length() < SHORTEST / 2 ? 0 : attempt(text);
  }
}
