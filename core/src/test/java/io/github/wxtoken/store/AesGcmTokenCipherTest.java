package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encrypted form of a value, and the forms that the cipher refuses to decrypt. */
class AesGcmTokenCipherTest {
  private static final String PLACE = "wxtoken:1:OID:access_token";

  private final AesGcmTokenCipher cipher = cipher("k1", 1).build();

  private static AesGcmTokenCipher.Builder cipher(String id, int key) {
    return AesGcmTokenCipher.builder(id, key(key));
  }

  private static byte[] key(int number) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) number);
    return key;
  }

  private static void assertRejected(TokenCipher cipher, String encrypted, String place) {
    assertThatExceptionOfType(GeneralSecurityException.class)
        .isThrownBy(() -> cipher.decrypt(encrypted, place));
  }

  /** Faster than {@link #assertRejected}, for loops. */
  private static boolean rejects(TokenCipher cipher, String encrypted) {
    try {
      cipher.decrypt(encrypted, PLACE);
      return false;
    } catch (GeneralSecurityException e) {
      return true;
    }
  }

  // Format

  @ParameterizedTest
  @ValueSource(strings = {"", "AT", "59_token", " ", "令牌", "😀", "enc1:k1:AAAA", "a:b:c", "\0"})
  void whatWasEncryptedIsDecrypted(String value) throws Exception {
    assertThat(cipher.decrypt(cipher.encrypt(value, PLACE), PLACE)).isEqualTo(value);
  }

  @Test
  void aValueIsAsciiWithItsKeyIdAndOfTheLengthThatIsPromised() throws Exception {
    for (int n = 0; n <= 1024; n++) {
      String encrypted = cipher.encrypt("t".repeat(n), PLACE);

      assertThat(encrypted)
          .matches("enc1:k1:[A-Za-z0-9_-]+")
          .hasSize(6 + "k1".length() + (4 * (n + 28) + 2) / 3);
    }
  }

  @Test
  void aTokenOf512CharactersFitsA1024CharacterColumnUnderTheLongestKeyId() throws Exception {
    String encrypted = cipher("k".repeat(16), 1).build().encrypt("t".repeat(512), PLACE);

    assertThat(encrypted).hasSize(742);
  }

  @Test
  void theSameValueIsNeverEncryptedToTheSameText() throws Exception {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      texts.add(cipher.encrypt("AT", PLACE));
    }
    assertThat(texts).hasSize(10_000);
  }

  @Test
  void halfACharacterIsRefusedAndNotReplaced() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cipher.encrypt("CANARY\ud83d", PLACE))
        .withMessage("value must be well-formed Unicode")
        .withNoCause();
  }

  // Tampering

  @Test
  void everySingleBitThatFlipsIsNoticed() throws Exception {
    Random random = new Random(5);
    int tries = 0;
    for (int n = 0; n < 40; n++) {
      char[] text = cipher.encrypt("t".repeat(random.nextInt(513)), PLACE).toCharArray();
      for (int i = 0; i < text.length; i++) {
        for (int bit = 1; bit < 0x100; bit <<= 1) {
          text[i] ^= (char) bit;
          assertThat(rejects(cipher, new String(text))).as("bit %s of %s", bit, i).isTrue();
          text[i] ^= (char) bit;
          tries++;
        }
      }
      assertThat(cipher.decrypt(new String(text), PLACE)).startsWith("t".repeat(n == 0 ? 0 : 1));
    }
    assertThat(tries).isGreaterThan(100_000);
  }

  @Test
  void everyTruncationAndEveryCharacterThatIsAddedIsNoticed() throws Exception {
    String encrypted = cipher.encrypt("t".repeat(150), PLACE);

    for (int length = 0; length < encrypted.length(); length++) {
      assertRejected(cipher, encrypted.substring(0, length), PLACE);
      assertRejected(cipher, encrypted.substring(length + 1), PLACE);
    }
    for (String added : new String[] {"A", "=", "==", " ", "\n", ":", "AAAA"}) {
      assertRejected(cipher, encrypted + added, PLACE);
      assertRejected(cipher, added + encrypted, PLACE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wxtoken:1:OID:refresh_token",
        "wxtoken:1:OIE:access_token",
        "wxtoken:1:wx0:OID:access_token",
        "wxtoken:2:OID:access_token",
        "wxtoken:1:OID:access_token ",
        ""
      })
  void aValueThatWasMovedIsNoticed(String elsewhere) throws Exception {
    assertRejected(cipher, cipher.encrypt("AT", PLACE), elsewhere);
  }

  @Test
  void aKeyIdCannotBeExchangedEvenForOneOfTheSameKey() throws Exception {
    AesGcmTokenCipher twice = cipher("k1", 1).decryptionKey("k2", key(1)).build();
    String encrypted = twice.encrypt("AT", PLACE);

    assertRejected(twice, encrypted.replace("enc1:k1:", "enc1:k2:"), PLACE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "AT",
        "enc1:",
        "enc1::",
        "enc1:k1",
        "enc1:k1:",
        "enc1:k2:AAAA",
        "enc1:k1:AAAA",
        "enc1:k1:*",
        "enc2:k1:AAAA"
      })
  void whatIsNotEncryptedIsRefused(String text) {
    assertRejected(cipher, text, PLACE);
  }

  // Keys

  @Test
  void aValueUnderAnUnknownKeyIsRefused() throws Exception {
    String encrypted = cipher("k2", 2).build().encrypt("AT", PLACE);

    assertRejected(cipher, encrypted, PLACE);
    assertRejected(cipher("k2", 1).build(), encrypted, PLACE);
  }

  @Test
  void thePrimaryKeyEncryptsAndAllKeysDecrypt() throws Exception {
    AesGcmTokenCipher rotated = cipher("k2", 2).decryptionKey("k1", key(1)).build();
    String older = cipher.encrypt("AT", PLACE);
    String newer = rotated.encrypt("AT", PLACE);

    assertThat(newer).startsWith("enc1:k2:");
    assertThat(rotated.decrypt(older, PLACE)).isEqualTo("AT");
    assertThat(rotated.decrypt(newer, PLACE)).isEqualTo("AT");
    assertThat(rotated.isCurrent(older)).isFalse();
    assertThat(rotated.isCurrent(newer)).isTrue();
  }

  @Test
  void aKeyWhoseIdBeginsAsThePrimarysDoesIsNotThePrimary() throws Exception {
    String encrypted = cipher("k10", 1).build().encrypt("AT", PLACE);

    assertThat(cipher.isCurrent(encrypted)).isFalse();
    assertThat(cipher.isCurrent("AT")).isFalse();
  }

  @Test
  void keysAreCopied() throws Exception {
    byte[] key = key(1);
    AesGcmTokenCipher.Builder builder = AesGcmTokenCipher.builder("k1", key);
    Arrays.fill(key, (byte) 9);

    assertThat(builder.build().decrypt(cipher.encrypt("AT", PLACE), PLACE)).isEqualTo("AT");
  }

  @Test
  void keysAreNotShown() {
    byte[] canary = "CANARY-CANARY-CANARY-CANARY-1234".getBytes(StandardCharsets.US_ASCII);

    assertThat(AesGcmTokenCipher.builder("k2", canary).decryptionKey("k1", key(1)).build())
        .hasToString("AesGcmTokenCipher[keys=[k1, k2]]");
  }

  // Plaintext

  @Test
  void plaintextIsTakenWhileMigrating() throws Exception {
    AesGcmTokenCipher migrating = cipher("k1", 1).acceptPlaintext(true).build();

    assertThat(migrating.decrypt("59_token", PLACE)).isEqualTo("59_token");
    assertThat(migrating.isCurrent("59_token")).isFalse();
    assertThat(migrating.decrypt(cipher.encrypt("AT", PLACE), PLACE)).isEqualTo("AT");
  }

  @Test
  void whatBeginsAsAnEncryptedValueIsNeverTakenForPlaintext() throws Exception {
    AesGcmTokenCipher migrating = cipher("k1", 1).acceptPlaintext(true).build();
    String encrypted = migrating.encrypt("AT", PLACE);

    assertRejected(migrating, encrypted, "wxtoken:1:OID:refresh_token");
    assertRejected(migrating, encrypted.substring(0, encrypted.length() - 1), PLACE);
    assertRejected(migrating, cipher("k2", 2).build().encrypt("AT", PLACE), PLACE);
    assertRejected(migrating, "enc1:", PLACE);
  }

  // Bad input

  @SuppressWarnings("NullAway")
  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "k:1", "k 1", "ключ", "12345678901234567"})
  void aKeyIdIsAShortName(String id) {
    for (Runnable call :
        new Runnable[] {
          () -> AesGcmTokenCipher.builder(id, key(1)),
          () -> cipher("k0", 1).decryptionKey(id, key(1))
        }) {
      assertThatIllegalArgumentException()
          .isThrownBy(call::run)
          .withMessage("id must be 1 to 16 characters of [A-Za-z0-9_-]");
    }
  }

  @SuppressWarnings("NullAway")
  @Test
  void aKeyHas32Bytes() {
    for (byte[] key : new byte[][] {null, {}, new byte[16], new byte[31], new byte[33]}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> AesGcmTokenCipher.builder("k1", key))
          .withMessage("key must be 32 bytes");
    }
  }

  @Test
  void anIdNamesOneKey() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cipher("k1", 1).decryptionKey("k1", key(2)))
        .withMessage("id must not be another key's");
  }
}
