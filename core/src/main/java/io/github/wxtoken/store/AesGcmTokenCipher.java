package io.github.wxtoken.store;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts with the JDK's AES-256-GCM and a ring of keys: the primary key encrypts, and every key
 * decrypts.
 *
 * <p>A value becomes {@code enc1:KEYID:DATA}, where DATA is the Base64 (RFC 4648, section 5,
 * without padding) of a random nonce of 96 bits, the ciphertext and a tag of 128 bits. Of n bytes
 * of UTF-8 that makes 6 + length of KEYID + ⌈4 (n + 28) / 3⌉ characters: at most 742 for a token of
 * 512. Format and key id are authenticated along with the associated data.
 *
 * <p>Nonces are random, so a key may encrypt at most 2<sup>32</sup> values (NIST SP 800-38D,
 * section 8.3); each saved token takes two. The cipher does not count them: rotate the key in time.
 *
 * <p>Immutable and thread-safe.
 */
public final class AesGcmTokenCipher implements TokenCipher {
  private static final String FORMAT = "enc1:";
  private static final int KEY_BYTES = 32;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private final SecretKey primary;
  private final String primaryHeader;
  private final Map<String, SecretKey> keys;
  private final boolean acceptPlaintext;
  private final SecureRandom random = new SecureRandom();

  private AesGcmTokenCipher(Builder from) {
    primary = from.primary;
    primaryHeader = header(from.primaryId);
    keys = Map.copyOf(from.keys);
    acceptPlaintext = from.acceptPlaintext;
  }

  /**
   * Starts a cipher with its primary key.
   *
   * @param id which key it is: 1 to 16 characters of {@code [A-Za-z0-9_-]}, not a secret, and never
   *     given to another key
   * @param key 32 random bytes, which are copied
   * @return a builder
   * @throws IllegalArgumentException if one is not so
   */
  public static Builder builder(String id, byte[] key) {
    return new Builder(id, key);
  }

  @Override
  public String encrypt(String value, String associatedData) throws GeneralSecurityException {
    ByteBuffer plain = utf8(value);
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    ByteBuffer data = ByteBuffer.allocate(NONCE_BYTES + plain.remaining() + TAG_BYTES).put(nonce);
    try {
      cipher(Cipher.ENCRYPT_MODE, primary, nonce, primaryHeader + associatedData)
          .doFinal(plain, data);
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException("AES-GCM failed", RedactedException.of(e));
    }
    return primaryHeader + BASE64.encodeToString(data.array());
  }

  @Override
  public String decrypt(String encrypted, String associatedData) throws GeneralSecurityException {
    if (!encrypted.startsWith(FORMAT)) {
      if (acceptPlaintext) {
        return encrypted;
      }
      throw new GeneralSecurityException("not of this format");
    }
    int colon = encrypted.indexOf(':', FORMAT.length());
    String id = colon < 0 ? "" : encrypted.substring(FORMAT.length(), colon);
    SecretKey key = keys.get(id);
    if (key == null) {
      throw new GeneralSecurityException("no such key");
    }
    byte[] data = decode(encrypted.substring(colon + 1));
    byte[] nonce = Arrays.copyOf(data, NONCE_BYTES);
    try {
      byte[] plain =
          cipher(Cipher.DECRYPT_MODE, key, nonce, header(id) + associatedData)
              .doFinal(data, NONCE_BYTES, data.length - NONCE_BYTES);
      return new String(plain, StandardCharsets.UTF_8);
    } catch (GeneralSecurityException e) {
      throw new GeneralSecurityException(
          "changed, moved, or encrypted by another key of this id", RedactedException.of(e));
    }
  }

  @Override
  public boolean isCurrent(String encrypted) {
    return encrypted.startsWith(primaryHeader);
  }

  /** Shows which keys there are, never a key. */
  @Override
  public String toString() {
    return "AesGcmTokenCipher[keys=" + new TreeMap<>(keys).keySet() + "]";
  }

  private static String header(String id) {
    return FORMAT + id + ":";
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, String associatedData)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
    cipher.updateAAD(associatedData.getBytes(StandardCharsets.UTF_8));
    return cipher;
  }

  /** Refuses half of a surrogate pair: it has no encoding, and must not become a question mark. */
  private static ByteBuffer utf8(String value) {
    try {
      return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("value must be well-formed Unicode");
    }
  }

  private static byte[] decode(String text) throws GeneralSecurityException {
    byte[] data;
    try {
      data = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new GeneralSecurityException("not Base64");
    }
    // The decoder ignores the bits that the last character has too many.
    if (data.length < NONCE_BYTES + TAG_BYTES || !BASE64.encodeToString(data).equals(text)) {
      throw new GeneralSecurityException("not what was written");
    }
    return data;
  }

  /** Gathers the keys. Not safe for use by several threads. */
  public static final class Builder {
    private final String primaryId;
    private final SecretKey primary;
    private final Map<String, SecretKey> keys = new TreeMap<>();
    private boolean acceptPlaintext;

    private Builder(String id, byte[] key) {
      add(id, key);
      primaryId = id;
      primary = keys.values().iterator().next();
    }

    /**
     * Adds a key that decrypts only: an older one, or the next one while there are processes that
     * do not know it.
     *
     * @param id which key it is
     * @param key 32 bytes, which are copied
     * @return this
     * @throws IllegalArgumentException if one is not as {@link #builder} asks for, or the id is
     *     another key's
     */
    public Builder decryptionKey(String id, byte[] key) {
      add(id, key);
      return this;
    }

    /**
     * Says whether a value that is not encrypted is taken as it is, for as long as a store of
     * plaintext is being migrated. Meanwhile, anyone who can write to the store can plant values. A
     * value that begins like an encrypted one is never read as plaintext.
     *
     * @param acceptPlaintext true to take it; false by default
     * @return this
     */
    public Builder acceptPlaintext(boolean acceptPlaintext) {
      this.acceptPlaintext = acceptPlaintext;
      return this;
    }

    /**
     * Makes the cipher.
     *
     * @return the cipher
     */
    public AesGcmTokenCipher build() {
      return new AesGcmTokenCipher(this);
    }

    private void add(@Nullable String id, byte @Nullable [] key) {
      if (id == null || !id.matches("[A-Za-z0-9_-]{1,16}")) {
        throw new IllegalArgumentException("id must be 1 to 16 characters of [A-Za-z0-9_-]");
      }
      if (key == null || key.length != KEY_BYTES) {
        throw new IllegalArgumentException("key must be 32 bytes");
      }
      if (keys.putIfAbsent(id, new SecretKeySpec(key, "AES")) != null) {
        throw new IllegalArgumentException("id must not be another key's");
      }
    }
  }
}
