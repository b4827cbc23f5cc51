package io.github.wxtoken.boot;

import io.github.wxtoken.boot.WeChatProperties.Encryption;
import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.TokenCipher;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a cipher of the properties {@code wxtoken.encryption.*}. No message shows a key. */
final class EncryptionKeys {
  private EncryptionKeys() {}

  /** Returns null where the properties have no key. */
  static @Nullable TokenCipher cipher(Encryption properties) {
    List<Encryption.Key> keys = properties.keys();
    if (keys.isEmpty()) {
      return null;
    }
    AesGcmTokenCipher.Builder builder = null;
    for (int i = 0; i < keys.size(); i++) {
      Encryption.Key key = keys.get(i);
      try {
        byte[] bytes = decode(key.key());
        builder =
            builder == null
                ? AesGcmTokenCipher.builder(id(key), bytes)
                : builder.decryptionKey(id(key), bytes);
      } catch (IllegalArgumentException e) {
        throw wrong(i, String.valueOf(e.getMessage()));
      }
    }
    return builder == null ? null : builder.acceptPlaintext(properties.acceptPlaintext()).build();
  }

  private static String id(Encryption.Key key) {
    return key.id() == null ? "" : key.id();
  }

  private static byte[] decode(@Nullable String key) {
    try {
      return Base64.getDecoder().decode(key == null ? "" : key.strip());
    } catch (IllegalArgumentException e) {
      // The decoder's message has a character of the key.
      throw new IllegalArgumentException("key must be Base64");
    }
  }

  /** Without a cause, whose message might be of another version of the JDK. */
  private static WeChatConfigurationException wrong(int index, String reason) {
    return new WeChatConfigurationException(
        "wxtoken.encryption.keys[" + index + "] is wrong: " + reason,
        "Give each key an id, such as 2026-11, and a key from: openssl rand -base64 32.");
  }
}
