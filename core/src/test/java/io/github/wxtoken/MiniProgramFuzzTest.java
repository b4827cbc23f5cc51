package io.github.wxtoken;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** A device's {@code encryptedData} is of our app, or fails with one of wechat-oauth's errors. */
class MiniProgramFuzzTest {
  private static final Set<String> MESSAGES =
      Set.of("Illegal Buffer, Is Your Data Correct?", "Invalid Watermark, Be Sure to Check Again");
  private static final byte[] KEY = "CANARY-CANARY-16".getBytes(UTF_8);
  private static final byte[] IV = new byte[16];

  /** Three lines: session key, encryptedData, iv. */
  @FuzzTest(maxDuration = "90s")
  void whatADeviceSendsIsDecryptedOrRefused(byte[] input) {
    String[] lines = (new String(input, UTF_8) + "\n\n").split("\n", -1);
    check(lines[0], lines[1], lines[2]);
    check(base64(KEY), lines[1], lines[2]);
  }

  @FuzzTest(maxDuration = "90s")
  void whatWasEncryptedIsOfOurAppOrRefused(byte[] plain) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
    cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(KEY, "AES"), new IvParameterSpec(IV));
    check(base64(KEY), base64(cipher.doFinal(plain)), base64(IV));
  }

  private static void check(String sessionKey, String encryptedData, String iv) {
    try {
      MiniProgramUser user = MiniProgramData.decrypt("wx1", sessionKey, encryptedData, iv);
      assertThat(user.fields().get("watermark"))
          .isInstanceOfSatisfying(
              Map.class, watermark -> assertThat(watermark.get("appid")).isEqualTo("wx1"));
      assertThat(Json.readObject(Json.write(user.fields()))).isEqualTo(user.fields());
    } catch (WeChatOAuthException e) {
      assertThat(e.getMessage()).isIn(MESSAGES);
      assertThat(e).hasNoCause();
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
