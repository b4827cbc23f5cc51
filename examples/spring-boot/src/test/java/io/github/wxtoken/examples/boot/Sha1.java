package io.github.wxtoken.examples.boot;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The hash that WeChat computes to check a signature for the JS-SDK. */
final class Sha1 {
  private Sha1() {}

  /** Returns the hash of parameters in small hex. */
  static String of(String... parameters) throws GeneralSecurityException {
    byte[] text = String.join("&", parameters).getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
  }
}
