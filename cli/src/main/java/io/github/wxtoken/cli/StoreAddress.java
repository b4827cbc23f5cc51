package io.github.wxtoken.cli;

import io.github.wxtoken.store.EncryptedTokenStore;
import io.github.wxtoken.store.TokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A store, and how the application sees it.
 *
 * @param url the URL, which no message shows
 * @param scope the app of a scoped view, or null
 * @param cipher the keys of an encrypted store, or null
 */
record StoreAddress(String url, @Nullable String scope, @Nullable TokenCipher cipher) {

  /** Resolves what the command line and the environment say. */
  static StoreAddress of(StoreChoice choice, Terminal terminal) {
    return new StoreAddress(choice.url(terminal), choice.scope(), choice.cipher(terminal));
  }

  /** Opens the store as the application sees it. */
  TokenStore open(int threads) {
    Supplier<TokenStore> plain = () -> TokenStores.open(DriverUrl.of(url, threads));
    String app = scope;
    Supplier<TokenStore> scoped = app == null ? plain : () -> TokenStores.openScoped(plain, app);
    TokenCipher keys = cipher;
    return keys == null ? scoped.get() : TokenStores.openEncrypted(scoped, keys);
  }

  /** Opens the store with its keys. */
  EncryptedTokenStore openEncrypted(TokenCipher keys) {
    String app = scope;
    Supplier<TokenStore> plain = () -> TokenStores.open(DriverUrl.of(url, 1));
    return TokenStores.openEncrypted(
        app == null ? plain : () -> TokenStores.openScoped(plain, app), keys);
  }

  /** Names the data without secrets, so that two databases of one server differ. */
  String identity() {
    return StoreIdentity.of(url, scope);
  }

  /** Tells whether a scan returns the tokens in the order of their keys. */
  boolean isOrdered() {
    return url.startsWith("jdbc:") || url.startsWith("mongodb");
  }

  /** Tells whether both see a token under the same key, so that ciphertext stays valid. */
  boolean hasScopeOf(StoreAddress other) {
    return scope == null ? other.scope == null : scope.equals(other.scope);
  }

  /** Shows no URL. */
  @Override
  public String toString() {
    return "StoreAddress[scope=" + scope + "]";
  }
}
