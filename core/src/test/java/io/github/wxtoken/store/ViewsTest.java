package io.github.wxtoken.store;

import static io.github.wxtoken.store.EncryptedTokenStoreTest.cipher;
import static io.github.wxtoken.store.EncryptedTokenStoreTest.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.Canary;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Views that were given a store to own close it; other views do not. */
class ViewsTest {
  private static final AesGcmTokenCipher CIPHER = cipher("k1").build();

  /** A store that counts how often it is closed. */
  private static final class Counting extends ForwardingTokenStore {
    private final AtomicInteger closes = new AtomicInteger();
    private @Nullable RuntimeException onReplace;
    private @Nullable RuntimeException onClose;

    Counting() {
      super(new MemoryTokenStore());
    }

    @Override
    public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
      if (onReplace != null) {
        throw onReplace;
      }
      return super.replaceToken(openid, expected, token);
    }

    @Override
    public void close() {
      closes.incrementAndGet();
      super.close();
      if (onClose != null) {
        throw onClose;
      }
    }
  }

  private final Counting store = new Counting();

  static Stream<Function<Supplier<TokenStore>, TokenStore>> owners() {
    return Stream.of(
        opener -> TokenStores.openEncrypted(opener, CIPHER),
        opener -> TokenStores.openScoped(opener, "wx0"),
        opener -> TokenStores.openEncrypted(() -> TokenStores.openScoped(opener, "wx0"), CIPHER),
        opener -> TokenStores.openScoped(() -> TokenStores.openEncrypted(opener, CIPHER), "wx0"),
        opener -> TokenStores.openScoped(() -> TokenStores.openScoped(opener, "a"), "b"));
  }

  @ParameterizedTest
  @MethodSource("owners")
  void aViewClosesTheStoreThatItOpenedOnce(Function<Supplier<TokenStore>, TokenStore> owner) {
    TokenStore view = owner.apply(() -> store);
    view.saveToken("oA", token("oA"));
    assertThat(store.closes).hasValue(0);

    view.close();
    view.close();

    assertThat(store.closes).hasValue(1);
    assertThatExceptionOfType(TokenStoreException.class)
        .isThrownBy(() -> view.getToken("oA"))
        .withMessage("this view of the store is closed");
  }

  @Test
  void aViewOfAGivenStoreLeavesItOpenForOthers() {
    TokenStore one = TokenStores.scoped(store, "wx1");
    TokenStore other = TokenStores.encrypted(TokenStores.scoped(store, "wx2"), CIPHER);

    one.close();
    other.saveToken("oA", token("oA"));
    other.close();

    assertThat(store.closes).hasValue(0);
    assertThat(TokenStores.scoped(store, "wx2").getToken("oA")).isPresent();
  }

  @Test
  void aViewThatIsGivenAnOwningViewLeavesItOpen() {
    TokenStore owner = TokenStores.openEncrypted(() -> store, CIPHER);

    TokenStores.scoped(owner, "wx1").close();
    assertThat(store.closes).hasValue(0);

    owner.close();
    assertThat(store.closes).hasValue(1);
  }

  @Test
  void closingByManyThreadsClosesTheStoreOnce() throws Exception {
    TokenStore view = TokenStores.openEncrypted(() -> store, CIPHER);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 16; i++) {
      threads.add(new Thread(view::close));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(store.closes).hasValue(1);
  }

  @Test
  void theStoreOfAUrlIsClosedWithItsView(@TempDir Path directory) {
    String url = "file:" + directory;
    for (int i = 0; i < 3; i++) {
      try (EncryptedTokenStore view = TokenStores.openEncrypted(url, CIPHER)) {
        view.saveToken("oA", token("oA"));
        assertThat(view.reencrypt(progress -> {}).current()).isEqualTo(1);
      }
    }
    try (TokenStore view = TokenStores.openScoped(url, "wx0")) {
      assertThat(view.getToken("oA")).isEmpty();
    }
    try (EncryptedTokenStore view = TokenStores.openEncrypted(url, CIPHER)) {
      assertThat(view.getToken("oA")).contains(token("oA"));
    }
  }

  @Test
  void aClientLeavesTheViewOpenAndTheViewClosesTheStore() {
    try (EncryptedTokenStore view = TokenStores.openEncrypted(() -> store, CIPHER)) {
      WeChatOAuth.builder("APPID", "SECRET").store(view).build().close();
      assertThat(view.getToken("oA")).isEmpty();
    }
    assertThat(store.closes).hasValue(1);
  }

  // Failures

  @SuppressWarnings("NullAway")
  @Test
  void aStoreThatWasOpenedForAViewThatFailsIsClosed() {
    for (Consumer<Supplier<TokenStore>> failing :
        List.<Consumer<Supplier<TokenStore>>>of(
            opener -> TokenStores.openEncrypted(opener, null),
            opener -> TokenStores.openScoped(opener, "not an appid"),
            opener -> TokenStores.openScoped(opener, null),
            opener ->
                TokenStores.openEncrypted(
                    () -> new ForwardingTokenStore(TokenStores.openScoped(opener, "wx0")), CIPHER),
            opener ->
                TokenStores.openEncrypted(
                    () -> TokenStores.openScoped(opener, "not an appid"), CIPHER))) {
      Counting opened = new Counting();

      assertThatIllegalArgumentException().isThrownBy(() -> failing.accept(() -> opened));

      assertThat(opened.closes).hasValue(1);
    }
  }

  @Test
  void aStoreWithoutRoomOrWithoutAnAnswerIsClosedAndItsErrorStays() {
    for (RuntimeException failure :
        List.of(
            new IllegalArgumentException("access_token must be at most 200 characters long"),
            new TokenStoreException("the store is unreachable", null),
            new IllegalStateException("foreign"))) {
      Counting opened = new Counting();
      opened.onReplace = failure;
      opened.onClose = new IllegalStateException("CANARY");

      assertThatExceptionOfType(RuntimeException.class)
          .isThrownBy(() -> TokenStores.openEncrypted(() -> opened, CIPHER))
          .withMessageContaining(String.valueOf(failure.getMessage()))
          .satisfies(e -> Canary.assertNotIn(e));

      assertThat(opened.closes).hasValue(1);
    }
  }

  @SuppressWarnings("NullAway")
  @Test
  void withoutAStoreThereIsNoView() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.openEncrypted(() -> null, CIPHER))
        .withMessage("store must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.openScoped((Supplier<TokenStore>) null, "wx0"))
        .withMessage("opener must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.openEncrypted("unknown:", CIPHER));
  }

  // Keys of others

  @Test
  void aKeyThatIsOnlyThePrefixOfAnAppIsNoKeyOfThatApp() {
    TokenStore view = TokenStores.scoped(store, "wx0");
    view.saveToken("oA", token("oA"));
    store.saveToken("wx0:", token("wx0:"));

    assertThat(view.tokens()).containsExactly(token("oA"));
  }
}
