package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.TokenStore;
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
}
