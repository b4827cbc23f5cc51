package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link TokenStore#close}. */
abstract class CloseCases extends Cases {

  CloseCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void aClosedStoreAnswersNothing() {
    store.saveToken("oA", token("oA"));

    store.close();

    assertFails(() -> store.getToken("oA"));
    assertFails(() -> store.getToken("oMissing"));
    assertFails(this::scan);
  }

  @Test
  void aClosedStoreTakesNothing() {
    store.saveToken("oA", token("oA"));

    store.close();

    assertFails(() -> store.saveToken("oA", token("oA")));
    assertFails(() -> store.saveTokenIfAbsent("oB", token("oB")));
    assertFails(() -> store.saveTokensIfAbsent(List.of(token("oB"), token("oC"))));
    assertFails(() -> store.replaceToken("oA", token("oA"), renewed(token("oA"), 1)));
    assertFails(() -> store.deleteToken("oA"));
  }

  @Test
  void aClosedStoreGrantsNoLease() {
    store.close();

    assertFails(() -> store.tryLease("refresh:oA", Duration.ofHours(1)));
  }

  @Test
  void aStoreMayBeClosedTwice() {
    store.close();
    store.close();

    assertFails(() -> store.getToken("oA"));
  }

  @Test
  void aStoreMayBeClosedByManyThreads() {
    race(
        8,
        number -> {
          store.close();
          return number;
        });

    assertFails(() -> store.getToken("oA"));
  }

  @Test
  void closingOneHandleLeavesTheOthersOpen() throws Exception {
    TokenStore other = openAnother();
    store.saveToken("oA", token("oA"));

    store.close();

    assertThat(other.getToken("oA")).contains(token("oA"));
    assertThat(other.tryLease("refresh:oA", Duration.ofHours(1))).isPresent();
  }

  @Test
  void tokensOutliveTheHandleThatSavedThem() throws Exception {
    TokenStore other = openAnother();
    other.saveToken("oA", token("oA"));
    other.close();

    assertThat(openAnother().getToken("oA")).contains(token("oA"));
  }

  private static void assertFails(Runnable call) {
    assertThatThrownBy(call::run).isInstanceOf(TokenStoreException.class);
  }
}
