package io.github.wxtoken;

import static io.github.wxtoken.store.EncryptedTokenStoreTest.cipher;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.store.FileTokenStore;
import io.github.wxtoken.store.ForwardingTokenStore;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link TokenStore#ping} is passed on by views, hooks and clients, and asks for nobody. */
class PingTest {
  private final TestCluster cluster = new TestCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  /** A store with a ping of its own, which reads nothing. */
  private static final class Pinged extends ForwardingTokenStore {
    final AtomicInteger pings = new AtomicInteger();

    Pinged() {
      super(new MemoryTokenStore());
    }

    @Override
    public void ping() {
      pings.incrementAndGet();
    }
  }

  @Test
  void aViewAndAClientAskTheStoresOwnPing() {
    Pinged store = new Pinged();
    TokenStore view = TokenStores.encrypted(TokenStores.scoped(store, "wx1"), cipher("k1").build());
    view.ping();
    assertThat(store.pings).hasValue(1);

    cluster.process(b -> b.store(view)).pingStore();
    cluster.process(b -> b.store(view).listener(new EventLog())).pingStore();
    assertThat(store.pings).hasValue(3);
  }

  @Test
  void aStoreWithoutAPingOfItsOwnIsReadOnceForNobody() {
    List<String> read = new CopyOnWriteArrayList<>();
    new BareTokenStore() {
      @Override
      public Optional<OAuthToken> getToken(String openid) {
        read.add(openid);
        return super.getToken(openid);
      }
    }.ping();

    assertThat(read).containsExactly("wxtoken-nobody");
  }

  @Test
  void aRecordThatCannotBeReadIsAnAnswer() {
    cluster.store.corrupt = openid -> true;

    assertThatCode(() -> cluster.process().pingStore()).doesNotThrowAnyException();
  }

  @Test
  void aStoreThatDoesNotAnswerFailsThePing() {
    WeChatOAuth client = cluster.process();
    cluster.store.goAway();

    assertThatThrownBy(client::pingStore).isInstanceOf(TokenStoreException.class);
  }

  @Test
  void aDirectoryThatIsMissingFailsThePing(@TempDir Path parent) throws IOException {
    Path directory = parent.resolve("tokens");
    try (TokenStore store = new FileTokenStore(directory)) {
      store.ping();
      Files.move(directory, parent.resolve("elsewhere"));

      assertThatThrownBy(store::ping).isInstanceOf(TokenStoreException.class);
    }
  }

  @Test
  void aHookThatFailsFailsThePingWhateverItThrows() {
    WeChatOAuth client =
        cluster.process(
            b ->
                b.hooks(
                    openid -> {
                      throw new IllegalStateException("jdbc:mysql://app:s3cret@db");
                    },
                    (openid, token) -> {}));

    assertThatThrownBy(client::pingStore)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("getToken")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void aClosedClientPingsNothing() {
    Pinged store = new Pinged();
    WeChatOAuth client = cluster.process(b -> b.store(store));
    client.close();

    assertThatThrownBy(client::pingStore).isInstanceOf(IllegalStateException.class);
    assertThat(store.pings).hasValue(0);
  }
}
