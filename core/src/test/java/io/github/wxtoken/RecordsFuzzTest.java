package io.github.wxtoken;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.EncryptedTokenStore;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStores;
import java.util.Arrays;

/** Whatever a file or Redis holds as a token, it is read without loss, or refused unquoted. */
class RecordsFuzzTest {
  private static final String GENUINE = "enc1:k1:rg8HGlj34Ns48otIjBESQILpcA79gFC3ae4eoLGc";

  @FuzzTest(maxDuration = "90s")
  void aRecordIsReadWithoutLossOrRefused(byte[] input) {
    OAuthToken token;
    try {
      token = OAuthToken.fromJson(new String(input, UTF_8));
    } catch (IllegalArgumentException e) {
      Canary.assertNotIn(e);
      return;
    }
    assertThat(token.openid()).isNotEmpty();
    assertThat(token.expiresIn()).isNotNegative();
    assertThat(token.createAt()).isNotNegative();
    assertThat(token.sameGrant(token)).isTrue();
    assertThat(token.expiresAt().toEpochMilli()).isGreaterThanOrEqualTo(0);
    if (!(token.openid() + token.scope()).contains(Canary.TEXT)) {
      assertThat(token.toString()).doesNotContain(Canary.TEXT);
    }
    assertRoundTrip(token);
  }

  /** Through the bytes that a file or Redis keeps, where there is room for it. */
  static void assertRoundTrip(OAuthToken token) {
    String json = token.toJson();
    if (json.length() <= Json.MAX_CHARS) {
      String read = new String(json.getBytes(UTF_8), UTF_8);
      assertThat(OAuthToken.fromJson(read)).isEqualTo(token);
      assertThat(OAuthToken.fromJson(read).toJson()).isEqualTo(json);
    }
  }

  @FuzzTest(maxDuration = "90s")
  void onlyWhatWasEncryptedIsDecrypted(byte[] input) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) 1);
    String stored = new String(input, UTF_8);
    try (MemoryTokenStore store = new MemoryTokenStore();
        EncryptedTokenStore view =
            TokenStores.encrypted(store, AesGcmTokenCipher.builder("k1", key).build())) {
      store.saveToken("OID", OAuthToken.builder().openid("OID").accessToken(stored).build());
      try {
        OAuthToken token = view.getToken("OID").orElseThrow();
        assertThat(stored).isEqualTo(GENUINE);
        assertThat(token.accessToken()).isEqualTo("AT");
      } catch (CorruptTokenException e) {
        assertThat(stored).isNotEqualTo(GENUINE);
        assertThat(e)
            .hasMessage(
                "The stored token of OID cannot be read: its access_token was changed, moved, or"
                    + " not encrypted by a key of the cipher")
            .hasNoCause();
      }
    }
  }
}
