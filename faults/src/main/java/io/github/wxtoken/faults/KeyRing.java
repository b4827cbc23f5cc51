package io.github.wxtoken.faults;

import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The ids of a process's keys, the primary first; without ids nothing is encrypted. */
record KeyRing(List<String> ids) {
  static final KeyRing NONE = new KeyRing(List.of());

  static KeyRing of(String... ids) {
    return new KeyRing(List.of(ids));
  }

  /** Returns the text for another process. */
  String toText() {
    return String.join(" ", ids);
  }

  static KeyRing fromText(String text) {
    return text.isEmpty() ? NONE : of(text.split(" ", -1));
  }

  /** Returns the store as a process with these keys sees it. */
  TokenStore view(TokenStore store) {
    if (ids.isEmpty()) {
      return store;
    }
    AesGcmTokenCipher.Builder cipher = AesGcmTokenCipher.builder(ids.get(0), key(ids.get(0)));
    ids.stream().skip(1).forEach(id -> cipher.decryptionKey(id, key(id)));
    return TokenStores.encrypted(store, cipher.build());
  }

  /**
   * Derives a key from an id, the same in every process: the storage of keys is not tested here.
   */
  private static byte[] key(String id) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(id.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
