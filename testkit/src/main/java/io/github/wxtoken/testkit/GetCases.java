package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.store.TokenStore;
import org.junit.jupiter.api.Test;

/** {@link TokenStore#getToken}. */
abstract class GetCases extends Cases {

  GetCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void aMissingTokenIsEmpty() {
    assertThat(store.getToken("oMissing")).isEmpty();
  }

  @Test
  void aMissingTokenIsEmptyAlsoNextToOthers() {
    store.saveToken("oThere", token("oThere"));

    assertThat(store.getToken("oTher")).isEmpty();
    assertThat(store.getToken("oThere1")).isEmpty();
  }

  @Test
  void anExpiredTokenComesBackForItCarriesTheRefreshToken() {
    OAuthToken expired = token("oExpired").toBuilder().createAt(1).expiresIn(1).build();

    store.saveToken("oExpired", expired);

    assertThat(expired.isValid()).isFalse();
    assertThat(store.getToken("oExpired")).contains(expired);
  }

  @Test
  void readingChangesNothing() {
    store.saveToken("oRead", token("oRead"));

    assertThat(store.getToken("oRead")).isEqualTo(store.getToken("oRead")).contains(token("oRead"));
    assertThat(scan()).containsExactly(token("oRead"));
  }

  @Test
  void aTokenIsThereForEveryProcessOnceItIsSaved() throws Exception {
    TokenStore other = open();

    store.saveToken("oShared", token("oShared"));

    assertThat(other.getToken("oShared")).contains(token("oShared"));
  }

  @Test
  void aChangeOfAnotherProcessIsSeenAtOnce() throws Exception {
    TokenStore other = open();
    store.saveToken("oShared", token("oShared"));
    assertThat(store.getToken("oShared")).contains(token("oShared"));

    other.saveToken("oShared", renewed(token("oShared"), 1));
    assertThat(store.getToken("oShared")).contains(renewed(token("oShared"), 1));

    other.deleteToken("oShared");
    assertThat(store.getToken("oShared")).isEmpty();
  }

  /** The store may fail an interrupted thread; a client of it must not. */
  @Test
  void aCallerThatIsInterruptedGetsItsValidTokenAndStaysInterrupted() {
    OAuthToken token =
        kept(token("oInterrupted").toBuilder().createAt(System.currentTimeMillis()).build());
    store.saveToken("oInterrupted", token);

    try (WeChatOAuth client = WeChatOAuth.builder("wx1", "secret").store(store).build()) {
      for (int call = 0; call < 3; call++) {
        Thread.currentThread().interrupt();
        assertThat(client.getValidToken("oInterrupted")).isEqualTo(token);
        assertThat(Thread.interrupted()).isTrue();
      }
    } finally {
      Thread.interrupted();
    }
    assertThat(store.getToken("oInterrupted")).contains(token);
  }
}
