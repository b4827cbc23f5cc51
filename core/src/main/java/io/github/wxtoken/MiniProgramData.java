package io.github.wxtoken;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Decrypts {@code encryptedData}: AES-128-CBC with strict padding (protocol, section 8.2). */
final class MiniProgramData {
  private static final String ILLEGAL_BUFFER = "Illegal Buffer, Is Your Data Correct?";
  private static final String INVALID_WATERMARK = "Invalid Watermark, Be Sure to Check Again";

  private MiniProgramData() {}

  /**
   * Decrypts and checks whose data it is.
   *
   * @throws WeChatOAuthException with wechat-oauth's two messages
   */
  static MiniProgramUser decrypt(String appid, String sessionKey, String encryptedData, String iv) {
    Map<String, @Nullable Object> fields = fields(sessionKey, encryptedData, iv);
    if (!(fields.get("watermark") instanceof Map<?, ?> watermark)
        || !appid.equals(watermark.get("appid"))) {
      throw new WeChatOAuthException(INVALID_WATERMARK, null);
    }
    return new MiniProgramUser(
        text(fields, "openId"),
        text(fields, "unionId"),
        text(fields, "nickName"),
        text(fields, "avatarUrl"),
        watermark.get("timestamp") instanceof Long seconds ? seconds : 0,
        Collections.unmodifiableMap(fields));
  }

  private static Map<String, @Nullable Object> fields(String key, String data, String iv) {
    try {
      // AES-128, or whatever else decodes would be taken for a longer key.
      byte[] aes = base64(key);
      if (aes.length != 16) {
        throw new WeChatOAuthException(ILLEGAL_BUFFER, null);
      }
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.DECRYPT_MODE, new SecretKeySpec(aes, "AES"), new IvParameterSpec(base64(iv)));
      ByteBuffer plain = ByteBuffer.wrap(cipher.doFinal(base64(data)));
      // A wrong key may leave valid padding and garbage: it must not pass as replaced characters.
      return Json.readObject(StandardCharsets.UTF_8.newDecoder().decode(plain).toString());
    } catch (GeneralSecurityException | IllegalArgumentException | CharacterCodingException e) {
      throw new WeChatOAuthException(ILLEGAL_BUFFER, null);
    }
  }

  /** As lenient as Node: both alphabets, white space, padding or none. */
  private static byte[] base64(String text) {
    String strict = text.replaceAll("\\s", "").replace('-', '+').replace('_', '/');
    return Base64.getDecoder().decode(strict.replaceAll("={1,2}$", ""));
  }

  private static @Nullable String text(Map<String, @Nullable Object> fields, String name) {
    return fields.get(name) instanceof String text ? text : null;
  }
}
