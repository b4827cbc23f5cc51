package io.github.wxtoken.store;

import java.security.GeneralSecurityException;

/**
 * Encrypts the secrets of tokens for {@link TokenStores#encrypted}: {@link AesGcmTokenCipher}, or a
 * few lines of your own over Tink, a KMS or Vault. Thread-safe.
 *
 * <p>It must be authenticated encryption with associated data, and randomized: the same value
 * encrypts differently each time. When it throws {@link TokenStoreException}, for example since a
 * key service cannot be reached, the view throws that; the text of any other exception is dropped,
 * for it may quote a value. Null is never returned.
 */
public interface TokenCipher {

  /**
   * Encrypts one value.
   *
   * @param value an access token, a refresh token or a session key, perhaps empty
   * @param associatedData which value of which record it is, in ASCII: what {@link #decrypt} must
   *     be given, too
   * @return ASCII text, which a store keeps in the place of the value
   * @throws GeneralSecurityException if that fails
   * @throws IllegalArgumentException if the value is one that cannot be encrypted
   */
  String encrypt(String value, String associatedData) throws GeneralSecurityException;

  /**
   * Decrypts one value.
   *
   * @param encrypted what the store has, which may be anything
   * @param associatedData which value of which record it is
   * @return the value
   * @throws GeneralSecurityException if this is not what {@link #encrypt} returned for this
   *     associated data, under a key that is known still; the record is then corrupt
   */
  String decrypt(String encrypted, String associatedData) throws GeneralSecurityException;

  /**
   * Tells whether a value is under the key that {@link #encrypt} uses now. The default says no,
   * with which {@link EncryptedTokenStore#reencrypt} encrypts every token anew.
   *
   * @param encrypted what {@link #decrypt} has taken
   * @return true if there is no need to encrypt it anew
   */
  default boolean isCurrent(String encrypted) {
    return false;
  }
}
