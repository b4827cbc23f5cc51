package io.github.wxtoken;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts {@code encryptedData}: AES-128-CBC with strict padding
 * (docs/wechat-protocol.md#data-from-the-device).
 */
final class MiniProgramData {
  private static final String ILLEGAL_BUFFER = "Illegal Buffer, Is Your Data Correct?";
  private static final String INVALID_WATERMARK = "Invalid Watermark, Be Sure to Check Again";

  private static final Pattern PERCENT_ENCODED = Pattern.compile("%[0-9A-Fa-f]{2}");

  /** Bytes of a key of AES-128, and of a block. */
  private static final int BLOCK = 16;

  private MiniProgramData() {}

  /**
   * Decrypts and checks whose data it is.
   *
   * @throws WeChatOAuthException with wechat-oauth's two messages, the first perhaps with a reason
   */
  static MiniProgramUser decrypt(String appid, String sessionKey, String encryptedData, String iv) {
    Map<String, @Nullable Object> fields = fields(sessionKey, encryptedData, iv);
    if (!(fields.get("watermark") instanceof Map<?, ?> watermark)
        || !appid.equals(watermark.get("appid"))) {
      throw new WeChatOAuthException(INVALID_WATERMARK, null);
    }
    return new MiniProgramUser(
        Scalars.text(fields.get("openId")),
        Scalars.text(fields.get("unionId")),
        Scalars.text(fields.get("nickName")),
        Scalars.text(fields.get("avatarUrl")),
        seconds(watermark.get("timestamp")),
        Collections.unmodifiableMap(fields));
  }

  /**
   * Refuses text that was not decoded after it came in a query or a form. No character of Base64 is
   * a percent sign, so there is no other reason for one.
   *
   * @throws WeChatOAuthException if it is still percent-encoded
   */
  static void requireDecoded(String name, String text) {
    if (PERCENT_ENCODED.matcher(text).find()) {
      throw new WeChatOAuthException(
          ILLEGAL_BUFFER + " " + name + " is still percent-encoded: decode it once more", null);
    }
  }

  private static Map<String, @Nullable Object> fields(String key, String data, String iv) {
    requireDecoded("sessionKey", key);
    requireDecoded("encryptedData", data);
    requireDecoded("iv", iv);
    try {
      // AES-128, or whatever else decodes would be taken for a longer key.
      byte[] aes = base64(key, length -> length == BLOCK);
      Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
      cipher.init(
          Cipher.DECRYPT_MODE,
          new SecretKeySpec(aes, "AES"),
          new IvParameterSpec(base64(iv, length -> length == BLOCK)));
      byte[] encrypted = base64(data, length -> length % BLOCK == 0);
      ByteBuffer plain = ByteBuffer.wrap(cipher.doFinal(encrypted));
      // A wrong key may leave valid padding and garbage: it must not pass as replaced characters.
      return Json.readObject(StandardCharsets.UTF_8.newDecoder().decode(plain).toString());
    } catch (GeneralSecurityException | IllegalArgumentException | CharacterCodingException e) {
      throw new WeChatOAuthException(ILLEGAL_BUFFER, null);
    }
  }

  /**
   * As lenient as Node: both alphabets, white space, padding or none. Besides, a form decoder may
   * have made a space of each plus sign. Which spaces are white space and which were plus signs,
   * the length tells.
   */
  private static byte[] base64(String text, IntPredicate hasLength) {
    String oneLine = text.replaceAll("[\\s&&[^ ]]", "").replace('-', '+').replace('_', '/');
    Stream<String> readings =
        Stream.of(
            oneLine.replace(' ', '+'), oneLine.strip().replace(' ', '+'), oneLine.replace(" ", ""));
    return readings
        .map(MiniProgramData::decoded)
        .flatMap(Optional::stream)
        .filter(bytes -> hasLength.test(bytes.length))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not Base64 of the right length"));
  }

  private static Optional<byte[]> decoded(String text) {
    try {
      return Optional.of(Base64.getDecoder().decode(text.replaceAll("={1,2}$", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static long seconds(@Nullable Object timestamp) {
    BigDecimal number = Scalars.number(timestamp);
    return number == null ? 0 : number.longValue();
  }
}
