package io.github.wxtoken;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What holds for every token and every value, tried with some; a failure names the seed, from which
 * the same try can be made again. That no bit flips, and nothing is cut or moved, unnoticed is in
 * {@link AesGcmTokenCipherTest} and {@link EncryptedTokenStoreTest}.
 */
class CodecPropertyTest {
  private static final int TOKENS = 10_000;
  private static final int VALUES = 10_000;
  private static final int EDITS = 30_000;

  @Test
  void aTokenIsReadFromItsBytesAsItWasWritten() {
    for (int seed = 0; seed < TOKENS; seed++) {
      OAuthToken token = token(new Random(seed));

      String stored = new String(token.toJson().getBytes(UTF_8), UTF_8);

      assertThat(OAuthToken.fromJson(stored)).as("seed %s", seed).isEqualTo(token);
    }
  }

  @Test
  void aValueIsDecryptedToWhatWasEncryptedByWhicheverKeyOfTheRing() throws Exception {
    AesGcmTokenCipher one = AesGcmTokenCipher.builder("k1", key(1)).build();
    AesGcmTokenCipher other =
        AesGcmTokenCipher.builder("key-of-16_chars_", key(2)).decryptionKey("k1", key(1)).build();
    for (int seed = 0; seed < VALUES; seed++) {
      Random random = new Random(seed);
      String value = wellFormed(random, 600);
      String place = wellFormed(random, 40);
      AesGcmTokenCipher cipher = random.nextBoolean() ? one : other;

      String encrypted = cipher.encrypt(value, place);

      assertThat(encrypted).as("seed %s", seed).matches("[A-Za-z0-9:_-]+");
      assertThat(other.decrypt(encrypted, place)).as("seed %s", seed).isEqualTo(value);
    }
  }

  @Test
  void noEditOfWhatWasEncryptedAndNoMixtureIsDecrypted() throws Exception {
    AesGcmTokenCipher cipher =
        AesGcmTokenCipher.builder("k1", key(1)).decryptionKey("k2", key(2)).build();
    AesGcmTokenCipher older = AesGcmTokenCipher.builder("k2", key(2)).build();
    for (int seed = 0; seed < EDITS; seed++) {
      Random random = new Random(seed);
      String one = cipher.encrypt(wellFormed(random, 60), "place");
      String two = older.encrypt(wellFormed(random, 60), "place");

      String edited = edit(random, one, two);

      if (!edited.equals(one) && !edited.equals(two)) {
        assertThat(isRefused(cipher, edited)).as("seed %s", seed).isTrue();
      }
    }
  }

  private static boolean isRefused(AesGcmTokenCipher cipher, String encrypted) {
    try {
      cipher.decrypt(encrypted, "place");
      return false;
    } catch (GeneralSecurityException e) {
      return true;
    }
  }

  private static byte[] key(int all) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) all);
    return key;
  }

  /** Inserts, deletes, replaces or exchanges some characters, or goes on with the other text. */
  private static String edit(Random random, String text, String other) {
    StringBuilder edited = new StringBuilder(text);
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      int at = random.nextInt(edited.length());
      switch (random.nextInt(5)) {
        case 0 -> edited.insert(at, base64(random));
        case 1 -> edited.deleteCharAt(at);
        case 2 -> edited.setCharAt(at, base64(random));
        case 3 -> {
          int with = random.nextInt(edited.length());
          char c = edited.charAt(at);
          edited.setCharAt(at, edited.charAt(with));
          edited.setCharAt(with, c);
        }
        default ->
            edited.replace(at, edited.length(), other.substring(Math.min(at, other.length())));
      }
      if (edited.isEmpty()) {
        return "";
      }
    }
    return edited.toString();
  }

  private static char base64(Random random) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:";
    return alphabet.charAt(random.nextInt(alphabet.length()));
  }

  private static OAuthToken token(Random random) {
    return OAuthToken.builder()
        .openid("o" + text(random, 30))
        .accessToken(maybe(random))
        .refreshToken(maybe(random))
        .sessionKey(maybe(random))
        .scope(maybe(random))
        .unionid(maybe(random))
        .expiresIn(number(random))
        .createAt(number(random))
        .snapshotUser(random.nextInt(10) == 0)
        .extra(extra(random, 3))
        .build();
  }

  private static @Nullable String maybe(Random random) {
    return random.nextInt(4) == 0 ? null : text(random, 80);
  }

  private static long number(Random random) {
    return random.nextLong() >>> (1 + random.nextInt(63));
  }

  private static Map<String, @Nullable Object> extra(Random random, int deep) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      // No field of a token begins with x, and Jackson reads no half of a pair in a name.
      fields.put("x" + wellFormed(random, 8), value(random, deep));
    }
    return fields;
  }

  private static @Nullable Object value(Random random, int deep) {
    return switch (random.nextInt(deep > 0 ? 8 : 6)) {
      case 0 -> text(random, 20);
      case 1 -> random.nextLong() >> random.nextInt(64);
      case 2 -> new BigInteger(200, random).setBit(64);
      case 3 -> new BigDecimal(new BigInteger(60, random), 1 + random.nextInt(1_000)).negate();
      case 4 -> random.nextBoolean();
      case 5 -> null;
      case 6 -> list(random, deep - 1);
      default -> extra(random, deep - 1);
    };
  }

  private static List<@Nullable Object> list(Random random, int deep) {
    List<@Nullable Object> items = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      items.add(value(random, deep));
    }
    return items;
  }

  /** Any characters, also control characters and halves of surrogate pairs. */
  private static String text(Random random, int longest) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(longest + 1); i > 0; i--) {
      // Of ASCII as many as of all others together.
      text.append((char) random.nextInt(random.nextBoolean() ? 0x80 : 0x10000));
    }
    return text.toString();
  }

  private static String wellFormed(Random random, int longest) {
    return new String(text(random, longest).getBytes(UTF_8), UTF_8);
  }
}
