package io.github.wxtoken;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;

/** A key or a name is of the alphabet and length that is documented, or refused unquoted. */
class KeysFuzzTest {

  @FuzzTest(maxDuration = "90s")
  void aKeyIsOfTheAlphabetOrRefused(byte[] input) {
    String text = new String(input, UTF_8);
    try (MemoryTokenStore store = new MemoryTokenStore();
        TokenStore appA = TokenStores.scoped(store, "wxA");
        TokenStore appB = TokenStores.scoped(store, "wxB")) {
      assertThat(accepts(() -> save(store, text))).isEqualTo(isName(text, 128));
      assertThat(TokenStores.isOpenid(text)).isEqualTo(isName(text, 128));
      assertThat(accepts(() -> store.getToken(text))).isEqualTo(isName(text, 128));
      assertThat(accepts(() -> store.tryLease(text, Duration.ofMinutes(1))))
          .isEqualTo(isName(text, 200));
      store.deleteToken(isName(text, 128) ? text : "OID");

      boolean fits = isName(text, 128 - "wxA:".length());
      assertThat(accepts(() -> save(appA, text))).isEqualTo(fits);
      if (fits) {
        assertThat(appA.getToken(text)).get().extracting(OAuthToken::openid).isEqualTo(text);
        assertThat(appB.getToken(text)).isEmpty();
        assertThat(store.tokens().map(OAuthToken::openid)).containsExactly("wxA:" + text);
      }
      assertThat(accepts(() -> TokenStores.scoped(store, text).close()))
          .isEqualTo(isName(text, 64) && !text.contains(":"));
    }
  }

  private static void save(TokenStore store, String openid) {
    OAuthToken.Builder token = OAuthToken.builder().openid(openid.isEmpty() ? "OID" : openid);
    store.saveToken(openid, token.accessToken("AT").build());
  }

  private static boolean isName(String text, int longest) {
    return text.matches("[A-Za-z0-9_:-]+") && text.length() <= longest;
  }

  private static boolean accepts(Runnable call) {
    try {
      call.run();
      return true;
    } catch (IllegalArgumentException e) {
      Canary.assertNotIn(e);
      assertThat(e).hasNoCause();
      return false;
    }
  }
}
