package io.github.wxtoken.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenRecords;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import java.net.URI;
import java.util.List;
import java.util.Map;

/**
 * A value is either a token or corrupt, and a URL is either read or refused; no message quotes
 * them.
 */
class HostileInputFuzzTest {

  @FuzzTest(maxDuration = "90s")
  void aValueIsReadWithoutLossOrCorrupt(byte[] stored) {
    OAuthToken token;
    try {
      token = TokenRecords.ofJson("OID", stored);
    } catch (CorruptTokenException e) {
      OpeningTest.assertNoCanary(e);
      return;
    }
    assertThat(token.openid()).isEqualTo("OID");
    if (token.toJson().length() <= 65_536) {
      assertThat(TokenRecords.ofJson("OID", StoredTokens.value(token))).isEqualTo(token);
    }
  }

  @FuzzTest(maxDuration = "90s")
  void aUrlNamesServersOrIsRefused(byte[] input) {
    String url = new String(input, UTF_8);
    if (!new RedisTokenStore.Provider().accepts(url)) {
      return;
    }
    List<RedisURI> uris;
    try {
      uris = RedisUrl.of(url, new StoreOptions(Map.of())).uris();
    } catch (IllegalArgumentException e) {
      OpeningTest.assertNoCanary(e);
      assertThat(e).hasNoCause();
      return;
    }
    assertThat(uris).isNotEmpty();
    for (RedisURI uri : uris) {
      assertThat(uri.getHost() != null || !uri.getSentinels().isEmpty()).isTrue();
      if (uri.getVerifyMode() != SslVerifyMode.FULL) {
        assertThat(URI.create(url).getQuery()).containsOnlyOnce("verifyPeer=");
        assertThat(uri.isSsl()).isTrue();
      }
      assertThat(uri.isSsl() || uri.getHost() == null || StoreOptions.isLoopback(uri.getHost()))
          .isTrue();
      // A host is shown where it cannot be reached: no part of a password may pass for one.
      assertThat(String.valueOf(uri.getHost())).doesNotContain("@");
    }
  }
}
