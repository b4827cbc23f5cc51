package io.github.wxtoken.bench;

import io.github.wxtoken.OAuthToken;
import java.util.Locale;
import java.util.Random;

/** Tokens as WeChat grants them, in length and alphabet. The same arguments give the same token. */
final class Samples {
  private static final String ALPHABET =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  private static final long START = System.currentTimeMillis();

  private Samples() {}

  /** An openid of 28 characters. */
  static String openid(char name, int number) {
    return String.format(Locale.ROOT, "o%c-bench-user-number-%07d", name, number);
  }

  /** A token that is valid for two hours from the start of this JVM. */
  static OAuthToken token(String openid, int grant) {
    Random random = new Random(31L * openid.hashCode() + grant);
    return OAuthToken.builder()
        .accessToken(text(random, 110))
        .expiresIn(7_200)
        .refreshToken(text(random, 110))
        .openid(openid)
        .scope("snsapi_userinfo")
        .unionid(text(random, 28))
        .createAt(START + grant)
        .build();
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return text.toString();
  }
}
