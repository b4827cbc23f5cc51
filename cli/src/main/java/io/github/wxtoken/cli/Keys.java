package io.github.wxtoken.cli;

import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.TokenCipher;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the keys of an encrypted store: {@code ID:BASE64} each, the primary one first. */
final class Keys {
  /** A key as it was written. */
  private record Key(String id, String base64) {
    byte[] bytes() {
      return Base64.getDecoder().decode(base64);
    }
  }

  private Keys() {}

  /**
   * Makes a cipher of lines; null if there is none.
   *
   * @param place where the lines are, for a message
   */
  static @Nullable TokenCipher cipher(List<String> lines, boolean acceptPlaintext, String place) {
    List<Key> keys = new ArrayList<>();
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        keys.add(key(line.strip(), place));
      }
    }
    if (keys.isEmpty()) {
      return null;
    }
    try {
      AesGcmTokenCipher.Builder builder =
          AesGcmTokenCipher.builder(keys.get(0).id(), keys.get(0).bytes())
              .acceptPlaintext(acceptPlaintext);
      keys.stream().skip(1).forEach(key -> builder.decryptionKey(key.id(), key.bytes()));
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw unusable(place, String.valueOf(e.getMessage()));
    }
  }

  private static Key key(String line, String place) {
    int colon = line.indexOf(':');
    Key key = new Key(line.substring(0, Math.max(0, colon)), line.substring(colon + 1));
    try {
      if (key.bytes().length > 0 && colon > 0) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // said below, without the key
    }
    throw unusable(place, "a key is not written ID:BASE64");
  }

  private static CliException unusable(String place, String why) {
    return CliException.usage(
        "cannot use the keys in " + place,
        why,
        "Write one key a line, such as 2026-11:$(openssl rand -base64 32), the primary one first");
  }
}
