package io.github.wxtoken.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Identifiers and token texts that look like WeChat's (docs/wechat-protocol.md#lengths-of-tokens).
 */
final class Names {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private Names() {}

  /** The same user has the same openid in every simulator, so that runs can be compared. */
  static String openid(String appid, String user) {
    return derived("openid\n" + appid + "\n" + user);
  }

  static String unionid(String user) {
    return derived("unionid\n" + user);
  }

  private static String derived(String text) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      String hash = URL.encodeToString(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
      return "o" + hash.substring(0, 27);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  static String token() {
    return "59_" + URL.encodeToString(random(80));
  }

  static String code() {
    return URL.encodeToString(random(24));
  }

  static String sessionKey() {
    return Base64.getEncoder().encodeToString(random(16));
  }

  static String ticket() {
    return URL.encodeToString(random(64));
  }

  static String visitor() {
    return "visitor-" + Long.toHexString(ThreadLocalRandom.current().nextLong());
  }

  /** Makes unique texts; they need not be unguessable. */
  static byte[] random(int length) {
    byte[] bytes = new byte[length];
    ThreadLocalRandom.current().nextBytes(bytes);
    return bytes;
  }
}
