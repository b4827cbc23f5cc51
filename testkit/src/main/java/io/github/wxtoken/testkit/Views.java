package io.github.wxtoken.testkit;

import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;

/** The views for which a store shows that the contract holds. Thread-safe. */
public final class Views {
  /**
   * The prefix of each key of {@link #scoped}. The maximum length of openids and lease names
   * decreases by its length.
   */
  public static final String SCOPE = "wx0:";

  private static final AesGcmTokenCipher CIPHER =
      AesGcmTokenCipher.builder("key1", new byte[32]).acceptPlaintext(true).build();

  private Views() {}

  /**
   * Returns a view that encrypts under one key and also reads plaintext, as during a migration.
   *
   * @param store the store of the encrypted tokens
   * @return the view
   */
  public static TokenStore encrypted(TokenStore store) {
    return TokenStores.encrypted(store, CIPHER);
  }

  /**
   * Returns one app's part of a store.
   *
   * @param store the store of all apps' tokens
   * @return the view
   */
  public static TokenStore scoped(TokenStore store) {
    return TokenStores.scoped(store, SCOPE.substring(0, SCOPE.length() - 1));
  }
}
