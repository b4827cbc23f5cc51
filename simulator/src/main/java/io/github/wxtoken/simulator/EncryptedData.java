package io.github.wxtoken.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The encrypted data that a device passes to a mini program's server
 * (docs/wechat-protocol.md#data-from-the-device).
 *
 * @param encryptedData AES-128-CBC with PKCS#7 padding, in base64
 * @param iv the initialization vector, in base64
 */
public record EncryptedData(String encryptedData, String iv) {

  /**
   * Encrypts a text as it is; {@link WeChatSimulator#encrypt} adds the watermark.
   *
   * @param sessionKey the key, 16 bytes in base64
   * @param iv the initialization vector, 16 bytes in base64
   * @param text the text, encrypted as UTF-8
   * @return the encrypted text and its iv
   */
  public static EncryptedData of(String sessionKey, String iv, String text) {
    try {
      Base64.Decoder base64 = Base64.getDecoder();
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(base64.decode(sessionKey), "AES"),
          new IvParameterSpec(base64.decode(iv)));
      byte[] encrypted = cipher.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return new EncryptedData(Base64.getEncoder().encodeToString(encrypted), iv);
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("not a session key or iv of 16 bytes", e);
    }
  }
}
