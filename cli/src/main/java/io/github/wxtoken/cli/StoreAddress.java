package io.github.wxtoken.cli;

import io.github.wxtoken.store.EncryptedTokenStore;
import io.github.wxtoken.store.TokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final String FILES = "file:";
  private static final String LINES = "jsonl:";

  /** Resolves what the command line and the environment say. */
  static StoreAddress of(StoreChoice choice, Terminal terminal) {
    return new StoreAddress(choice.url(terminal), choice.scope(), choice.cipher(terminal));
  }

  /**
   * Opens the store as the application sees it.
   *
   * @throws CliException if it is a directory that does not exist: a new one would look like a
   *     store without tokens
   */
  TokenStore open(int threads) {
    requireDirectory();
    return openOrCreate(threads);
  }

  /** Opens the store as the application does, which makes a missing directory. */
  TokenStore openOrCreate(int threads) {
    Supplier<TokenStore> plain = () -> TokenStores.open(DriverUrl.of(url, threads));
    String app = scope;
    Supplier<TokenStore> scoped = app == null ? plain : () -> TokenStores.openScoped(plain, app);
    TokenCipher keys = cipher;
    return keys == null ? scoped.get() : TokenStores.openEncrypted(scoped, keys);
  }

  /** Opens the store with its keys. */
  EncryptedTokenStore openEncrypted(TokenCipher keys) {
    requireDirectory();
    String app = scope;
    Supplier<TokenStore> plain = () -> TokenStores.open(DriverUrl.of(url, 1));
    return TokenStores.openEncrypted(
        app == null ? plain : () -> TokenStores.openScoped(plain, app), keys);
  }

  /** Tells whether the URL names no store but a file of lines. */
  boolean isLines() {
    return url.startsWith(LINES);
  }

  /** Returns the file of lines. */
  Path lines() {
    return Options.path(url.substring(LINES.length()), LINES + "FILE");
  }

  private void requireDirectory() {
    if (!url.startsWith(FILES)) {
      return;
    }
    Path directory = Options.path(StoreIdentity.file(url.substring(FILES.length())), "file:DIR");
    if (!Files.isDirectory(directory)) {
      throw CliException.failed(
          "cannot open the store",
          Files.exists(directory)
              ? directory + " is no directory"
              : "there is no directory " + directory.toAbsolutePath(),
          "Check the path. Only copy makes a directory, for its target");
    }
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
