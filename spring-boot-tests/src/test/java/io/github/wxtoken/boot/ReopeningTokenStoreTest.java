package io.github.wxtoken.boot;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A store that is opened later, or again. */
class ReopeningTokenStoreTest {
  private final List<TokenStore> opened = new ArrayList<>();

  private TokenStore open() {
    opened.add(new MemoryTokenStore());
    return opened.get(opened.size() - 1);
  }

  @Test
  void aStoreIsOpenedOnceWhileItsConnectionsAreTheSame() {
    TokenStore store = ReopeningTokenStore.of(this::open, () -> "a client");
    store.ping();
    store.ping();

    assertThat(opened).hasSize(1);
  }

  @Test
  void severalTokensGoToTheOpenStoreInOneOperation() {
    List<Integer> sizes = new ArrayList<>();
    TokenStore counting =
        new ForwardingTokenStore(new MemoryTokenStore()) {
          @Override
          public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
            sizes.add(tokens.size());
            return super.saveTokensIfAbsent(tokens);
          }
        };
    TokenStore store = ReopeningTokenStore.of(() -> counting, () -> "a client");

    assertThat(store.saveTokensIfAbsent(List.of(token("oA"), token("oB")))).hasSize(2);

    assertThat(sizes).containsExactly(2);
  }

  private static OAuthToken token(String openid) {
    return OAuthToken.builder().openid(openid).accessToken("AT").createAt(1).build();
  }

  @Test
  void aStoreIsOpenedAgainWhenItsConnectionsAreReplaced() {
    AtomicReference<Object> client = new AtomicReference<>("a client");
    TokenStore store = ReopeningTokenStore.of(this::open, client::get);
    client.set("another client");
    store.ping();

    assertThat(opened).hasSize(2);
    assertThatThrownBy(() -> opened.get(0).ping()).isInstanceOf(TokenStoreException.class);
  }

  @Test
  void aStoreThatIsDownAtTheStartIsOpenedLater() {
    AtomicInteger attempts = new AtomicInteger();
    AtomicLong nanoTime = new AtomicLong(-500_000_000);
    TokenStore store =
        ReopeningTokenStore.eventually(
            () -> {
              if (attempts.incrementAndGet() == 1) {
                throw new TokenStoreException("cannot connect", null);
              }
              return open();
            },
            nanoTime::get);

    assertThat(store.description()).isEqualTo("a store that is not open yet");
    nanoTime.addAndGet(999_999_999);
    assertThatThrownBy(store::ping)
        .isInstanceOf(TokenStoreException.class)
        .hasMessage("cannot connect");
    assertThat(attempts).as("attempts within a second").hasValue(1);

    nanoTime.addAndGet(1);
    store.ping();
    assertThat(opened).hasSize(1);
  }

  @Test
  void aStoreThatIsClosedWhileItIsBeingOpenedIsNotLeftOpen() {
    AtomicReference<TokenStore> reopening = new AtomicReference<>();
    AtomicInteger attempts = new AtomicInteger();
    AtomicLong nanoTime = new AtomicLong();
    reopening.set(
        ReopeningTokenStore.eventually(
            () -> {
              if (attempts.incrementAndGet() == 1) {
                throw new TokenStoreException("cannot connect", null);
              }
              requireNonNull(reopening.get()).close();
              return open();
            },
            () -> nanoTime.getAndAdd(2_000_000_000)));

    assertThatThrownBy(() -> requireNonNull(reopening.get()).ping())
        .isInstanceOf(TokenStoreException.class)
        .hasMessage("the store is closed");
    assertThat(opened)
        .singleElement()
        .satisfies(
            store -> assertThatThrownBy(store::ping).isInstanceOf(TokenStoreException.class));
  }

  @Test
  void aWrongConfigurationIsNotRetried() {
    assertThatThrownBy(
            () ->
                ReopeningTokenStore.eventually(
                    () -> {
                      throw new IllegalArgumentException("url must not be blank");
                    }))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClosedStoreStaysClosed() {
    TokenStore store = ReopeningTokenStore.of(this::open, () -> "a client");
    store.close();
    store.close();

    assertThatThrownBy(store::ping)
        .isInstanceOf(TokenStoreException.class)
        .hasMessage("the store is closed");
    assertThat(opened).hasSize(1);
  }
}
