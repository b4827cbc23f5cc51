package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import org.junit.jupiter.api.Test;

/** {@link TokenStore#ping}. */
abstract class PingCases extends Cases {

  PingCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void anEmptyStoreAnswersAPing() {
    store.ping();
  }

  @Test
  void aPingChangesNothing() throws Exception {
    OAuthToken token = token("oA");
    store.saveToken("oA", token);

    store.ping();
    open().ping();

    assertThat(scan()).containsExactly(token);
  }

  @Test
  void manyThreadsMayPingAtOnce() {
    race(
        8,
        number -> {
          store.ping();
          return number;
        });
  }

  @Test
  void aClosedStoreAnswersNoPing() {
    store.close();

    assertThatThrownBy(store::ping).isInstanceOf(TokenStoreException.class);
  }
}
