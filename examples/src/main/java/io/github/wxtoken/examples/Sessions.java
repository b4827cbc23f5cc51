package io.github.wxtoken.examples;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The sessions of signed-in users, as a signed cookie that every process with the same key can
 * check. It replaces your framework's sessions, which also end.
 */
final class Sessions {
  private final SecretKeySpec key;

  Sessions(String key) {
    this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
  }

  /** The cookie's value for a user who has just signed in. */
  String begin(String openid) {
    return openid + "." + signature(openid);
  }

  /** Returns the openid; empty if the cookie is not one of ours. */
  Optional<String> openid(String cookie) {
    int dot = cookie.lastIndexOf('.');
    String openid = cookie.substring(0, Math.max(dot, 0));
    return dot > 0 && areEqual(cookie.substring(dot + 1), signature(openid))
        ? Optional.of(openid)
        : Optional.empty();
  }

  /**
   * Compares in constant time, so that the duration does not show how much of a guess was right.
   */
  private static boolean areEqual(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private String signature(String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HmacSHA256", e);
    }
  }
}
