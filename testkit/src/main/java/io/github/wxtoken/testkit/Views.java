package io.github.wxtoken.testkit;

import io.github.wxtoken.AesGcmTokenCipher;
import io.github.wxtoken.TokenStore;
import io.github.wxtoken.TokenStores;

/** The views on which a store shows that the contract holds. Thread-safe. */
public final class Views {
  /** Before each key of {@link #scoped}: so much room its openids and lease names lose. */
  public static final String SCOPE = "wx0:";

  private static final AesGcmTokenCipher CIPHER =
      AesGcmTokenCipher.builder("key1", new byte[32]).acceptPlaintext(true).build();

  private Views() {}

  /**
   * Returns a view that encrypts under one key and also reads plaintext, as during a migration.
   *
   * @param store where the encrypted tokens are kept
   * @return the view
   */
  public static TokenStore encrypted(TokenStore store) {
    return TokenStores.encrypted(store, CIPHER);
  }

  /**
   * Returns one app's part of a store.
   *
   * @param store where the tokens of all apps are kept
   * @return the view
   */
  public static TokenStore scoped(TokenStore store) {
    return TokenStores.scoped(store, SCOPE.substring(0, SCOPE.length() - 1));
  }
}
