package io.github.wxtoken.store;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuthException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A view of a store that encrypts access tokens, refresh tokens and session keys; made by {@link
 * TokenStores#encrypted} and {@link TokenStores#openEncrypted}. All else of a token stays readable:
 * openid, scope, times, unionid, and {@link OAuthToken#extra()}.
 *
 * <p>Each value is bound to its place: the associated data is {@code wxtoken:1:KEY:FIELD}, where
 * KEY is the key in the store. In a {@linkplain TokenStores#scoped scoped} store it includes the
 * appid, in either order of the two views. Your own store between this view and a scoped view below
 * it would hide the appid, and is refused. A value that was changed, cut, moved to another record
 * or field, that is under an unknown key, or not encrypted, is a {@link CorruptTokenException}. The
 * view does not detect an older value that is put back, a value that is removed, or a change of a
 * readable field.
 *
 * <p>Reading changes nothing in the store. {@link #replaceToken} and {@link #deleteToken(String,
 * OAuthToken)} of a token that was read through this view change the record if it still has the
 * bytes that were read: one operation of the store. Otherwise, and if these bytes have changed,
 * they compare grants and not ciphertexts: they read what is stored, compare what that decrypts to,
 * and have the store change it if it still has the same bytes. Thread-safe.
 */
public final class EncryptedTokenStore implements TokenStore {
  private static final int TRIES = 32;
  private static final String ACCESS_TOKEN = "access_token";
  private static final String REFRESH_TOKEN = "refresh_token";
  private static final String SESSION_KEY = "session_key";
  private static final String PROBE = "wxtoken-probe";

  /**
   * The token length for which WeChat advises to reserve room
   * (docs/wechat-protocol.md#lengths-of-tokens).
   */
  private static final int LONGEST_TOKEN = 512;

  private final ViewedStore store;
  private final @Nullable ScopedTokenStore scopeBelow;
  private final TokenCipher cipher;

  EncryptedTokenStore(@Nullable TokenStore store, @Nullable TokenCipher cipher, boolean owned) {
    this.store = new ViewedStore(store, owned);
    if (cipher == null) {
      throw new IllegalArgumentException("cipher must not be null");
    }
    this.scopeBelow = store instanceof ScopedTokenStore below ? below : null;
    this.cipher = cipher;
    requireRoom();
  }

  @Override
  public Optional<OAuthToken> getToken(String openid) {
    return open().getToken(openid).map(stored -> decrypt(openid, stored));
  }

  @Override
  public void saveToken(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    open().saveToken(openid, encrypt(token));
  }

  @Override
  public boolean saveTokenIfAbsent(String openid, OAuthToken token) {
    TokenStores.requireToken(openid, token);
    return open().saveTokenIfAbsent(openid, encrypt(token));
  }

  @Override
  public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
    return open()
        .saveTokensIfAbsent(TokenStores.requireTokens(tokens).stream().map(this::encrypt).toList());
  }

  @Override
  public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
    TokenStores.requireExpected(openid, expected);
    TokenStores.requireToken(openid, token);
    return changeExpected(
        openid, expected, stored -> open().replaceToken(openid, stored, encrypt(token)));
  }

  @Override
  public boolean deleteToken(String openid) {
    return open().deleteToken(openid);
  }

  @Override
  public boolean deleteToken(String openid, OAuthToken expected) {
    TokenStores.requireExpected(openid, expected);
    return changeExpected(openid, expected, stored -> open().deleteToken(openid, stored));
  }

  /**
   * Changes a record if it has the expected grant.
   *
   * @param change changes the record if it is still the given one
   */
  private boolean changeExpected(String openid, OAuthToken expected, Predicate<OAuthToken> change) {
    OAuthToken read = expected.storedForm();
    if (read != null && read.openid().equals(openid) && change.test(read)) {
      return true;
    }
    // Another grant, or the same encrypted anew: only the next look tells.
    for (int tries = 0; tries < TRIES; tries++) {
      Optional<OAuthToken> stored = open().getToken(openid);
      if (stored.isEmpty() || !decrypt(openid, stored.get()).sameGrant(expected)) {
        return false;
      }
      if (change.test(stored.get())) {
        return true;
      }
    }
    throw new TokenStoreException("others keep changing the token of " + openid, null);
  }

  @Override
  public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
    return open()
        .tokens(corrupt)
        .mapMulti(
            (stored, decrypted) -> {
              OAuthToken token;
              try {
                token = decrypt(stored.openid(), stored);
              } catch (CorruptTokenException e) {
                corrupt.accept(e);
                return;
              }
              decrypted.accept(token);
            });
  }

  @Override
  public Optional<Lease> tryLease(String name, Duration atMost) {
    return open().tryLease(name, atMost);
  }

  @Override
  public void ping() {
    open().ping();
  }

  @Override
  public String description() {
    return open().description() + ", encrypted";
  }

  @Override
  public List<StoreFinding> diagnose() {
    return open().diagnose();
  }

  @Override
  public OptionalLong approximateSize() {
    return open().approximateSize();
  }

  /**
   * Closes the view, and the store if the view {@linkplain TokenStores#openEncrypted opened} it. A
   * second call does nothing.
   */
  @Override
  public void close() {
    store.close();
  }

  /**
   * Walks the store and moves every token that is not under the cipher's primary key to it, by
   * compare-and-set, while the cluster runs. Every token is decrypted, so a walk also finds those
   * that cannot be. It counts as failed, and leaves as they are, records that the store cannot
   * read, tokens that cannot be decrypted, and those that the store refuses.
   *
   * <p>It may be ended by an exception that {@code progress} throws, and run again: what was moved
   * is not moved again. Processes that still encrypt under another key may write behind the walk,
   * so the last walk is the one that moves nothing.
   *
   * @param progress is told after every 1,000 records, on this thread
   * @return what was done in all
   * @throws TokenStoreException if the store or the cipher cannot answer
   */
  public Reencryption reencrypt(Consumer<Reencryption> progress) {
    if (progress == null) {
      throw new IllegalArgumentException("progress must not be null");
    }
    return new ReencryptionWalk(this, open()).run(progress);
  }

  /** Tells whether all of a stored token is under the primary key. */
  boolean isCurrent(OAuthToken stored) {
    try {
      return isCurrent(stored.accessToken())
          && isCurrent(stored.refreshToken())
          && isCurrent(stored.sessionKey());
    } catch (WeChatOAuthException e) {
      throw e;
    } catch (RuntimeException e) {
      throw failed("tell the key of", stored.openid(), e);
    }
  }

  private boolean isCurrent(@Nullable String encrypted) {
    return encrypted == null || cipher.isCurrent(encrypted);
  }

  /** Has the store check a token of the greatest length, before it looks for one to replace. */
  private void requireRoom() {
    OAuthToken probe =
        encrypt(
            OAuthToken.builder()
                .openid(PROBE)
                .accessToken("a".repeat(LONGEST_TOKEN))
                .refreshToken("r".repeat(LONGEST_TOKEN))
                .sessionKey("s".repeat(24))
                .createAt(1)
                .build());
    try {
      // A scope that this view does not see refuses the probe.
      if (scopeBelow == null) {
        open().replaceToken(PROBE, probe, probe);
      } else {
        scopeBelow.replaceProbe(PROBE, probe);
      }
    } catch (ScopedTokenStore.HiddenScopeException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "store must have room for an encrypted token of "
              + LONGEST_TOKEN
              + " characters, but "
              + e.getMessage());
    }
  }

  /** Tells whether a key is the one that a view asks for room by, with or without scopes before. */
  static boolean isProbe(@Nullable String openid) {
    return openid != null && (openid.equals(PROBE) || openid.endsWith(":" + PROBE));
  }

  OAuthToken encrypt(OAuthToken token) {
    String openid = token.openid();
    return token.toBuilder()
        .accessToken(encrypt(openid, ACCESS_TOKEN, token.accessToken()))
        .refreshToken(encrypt(openid, REFRESH_TOKEN, token.refreshToken()))
        .sessionKey(encrypt(openid, SESSION_KEY, token.sessionKey()))
        .build();
  }

  OAuthToken decrypt(String openid, OAuthToken stored) {
    return stored.toBuilder()
        .accessToken(decrypt(openid, ACCESS_TOKEN, stored.accessToken()))
        .refreshToken(decrypt(openid, REFRESH_TOKEN, stored.refreshToken()))
        .sessionKey(decrypt(openid, SESSION_KEY, stored.sessionKey()))
        .storedForm(stored)
        .build();
  }

  private @Nullable String encrypt(String openid, String field, @Nullable String value) {
    try {
      return value == null
          ? null
          : Objects.requireNonNull(cipher.encrypt(value, place(openid, field)));
    } catch (WeChatOAuthException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + " must be one that the cipher can encrypt");
    } catch (GeneralSecurityException | RuntimeException e) {
      throw failed("encrypt", openid, e);
    }
  }

  private @Nullable String decrypt(String openid, String field, @Nullable String encrypted) {
    try {
      return encrypted == null
          ? null
          : Objects.requireNonNull(cipher.decrypt(encrypted, place(openid, field)));
    } catch (WeChatOAuthException e) {
      throw e;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new CorruptTokenException(
          openid, "its " + field + " was changed, moved, or not encrypted by a key of the cipher");
    } catch (RuntimeException e) {
      throw failed("decrypt", openid, e);
    }
  }

  /** By its type, since its text may quote what was to be encrypted. */
  private static TokenStoreException failed(String what, String openid, Exception e) {
    return new TokenStoreException(
        "cannot " + what + " the token of " + openid + ": " + e.getClass().getSimpleName(), null);
  }

  /** Unambiguous, since what stands before and after the key has no colon. */
  private String place(String openid, String field) {
    String key = scopeBelow == null ? openid : scopeBelow.key(openid);
    return "wxtoken:1:" + key + ":" + field;
  }

  private TokenStore open() {
    return store.open();
  }
}
