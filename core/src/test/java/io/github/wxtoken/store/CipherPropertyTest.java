package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.wxtoken.CodecPropertyTest;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.EncryptedTokenStoreTest.Secret;
import java.security.GeneralSecurityException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.Size;

/**
 * Rules that hold for every value that is encrypted. The detection of each changed bit, truncation
 * and exchange is in {@link AesGcmTokenCipherTest} and {@link EncryptedTokenStoreTest}.
 */
@Tag("faults")
class CipherPropertyTest {
  private static final AesGcmTokenCipher OLDER = EncryptedTokenStoreTest.cipher("k1").build();
  private static final AesGcmTokenCipher CIPHER =
      EncryptedTokenStoreTest.cipher("key-of-16_chars_")
          .decryptionKey("k1", EncryptedTokenStoreTest.key("k1"))
          .build();
  private static final AesGcmTokenCipher MIGRATING =
      EncryptedTokenStoreTest.cipher("key-of-16_chars_")
          .decryptionKey("k1", EncryptedTokenStoreTest.key("k1"))
          .acceptPlaintext(true)
          .build();

  @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE)
  void aValueIsDecryptedToWhatWasEncryptedByWhicheverKeyOfTheRing(
      @ForAll("values") String value, @ForAll("values") String place, @ForAll boolean older)
      throws Exception {
    String encrypted = (older ? OLDER : CIPHER).encrypt(value, place);

    assertThat(encrypted).matches("[A-Za-z0-9:_-]+");
    assertThat(CIPHER.decrypt(encrypted, place)).isEqualTo(value);
  }

  @Property(tries = 100_000, edgeCases = EdgeCasesMode.NONE)
  void noEditOfAStoredValueIsReadAndItsFieldIsNamed(
      @ForAll Secret secret,
      @ForAll boolean older,
      @ForAll @Size(min = 1, max = 3) List<@From("edits") Edit> edits) {
    MemoryTokenStore inner = new MemoryTokenStore();
    TokenStores.encrypted(inner, older ? OLDER : CIPHER)
        .saveToken("oA", EncryptedTokenStoreTest.token("oA"));
    OAuthToken stored = inner.getToken("oA").orElseThrow();
    String edited = edited(secret.of(stored), edits);
    Assume.that(!edited.equals(secret.of(stored)));

    inner.saveToken("oA", secret.put(stored, edited));

    assertThatExceptionOfType(CorruptTokenException.class)
        .isThrownBy(() -> TokenStores.encrypted(inner, CIPHER).getToken("oA"))
        .withMessageContaining(": its " + secret.field() + " was changed");
  }

  @Property(tries = 10_000, edgeCases = EdgeCasesMode.NONE)
  void whatStillBeginsAsAnEncryptedValueIsNotTakenForPlaintextWhileMigrating(
      @ForAll boolean older, @ForAll @Size(min = 1, max = 3) List<@From("edits") Edit> edits)
      throws Exception {
    String encrypted = (older ? OLDER : CIPHER).encrypt("AT", "place");
    String edited = edited(encrypted, edits);
    Assume.that(!edited.equals(encrypted) && edited.startsWith("enc1:"));

    assertThat(isRefused(edited)).isTrue();
  }

  private static boolean isRefused(String encrypted) {
    try {
      MIGRATING.decrypt(encrypted, "place");
      return false;
    } catch (GeneralSecurityException e) {
      return true;
    }
  }

  private static String edited(String text, List<Edit> edits) {
    for (Edit edit : edits) {
      text = text.isEmpty() ? text : edit.of(text);
    }
    return text;
  }

  /** An edit by somebody who can write to the store; positions wrap around the text. */
  record Edit(Kind kind, int at, int with, char put) {
    enum Kind {
      FLIP_A_BIT,
      INSERT,
      DELETE,
      REPLACE,
      EXCHANGE,
      CUT_THE_END,
      CUT_THE_BEGINNING
    }

    String of(String text) {
      StringBuilder edited = new StringBuilder(text);
      int i = at % text.length();
      int j = with % text.length();
      switch (kind) {
        case FLIP_A_BIT -> edited.setCharAt(i, (char) (text.charAt(i) ^ 1 << with % 16));
        case INSERT -> edited.insert(i, put);
        case DELETE -> edited.deleteCharAt(i);
        case REPLACE -> edited.setCharAt(i, put);
        case EXCHANGE -> {
          edited.setCharAt(i, text.charAt(j));
          edited.setCharAt(j, text.charAt(i));
        }
        case CUT_THE_END -> edited.setLength(i);
        case CUT_THE_BEGINNING -> edited.delete(0, i);
      }
      return edited.toString();
    }
  }

  @Provide
  Arbitrary<Edit> edits() {
    Arbitrary<Integer> places = Arbitraries.integers().between(0, 999);
    return Combinators.combine(
            Arbitraries.of(Edit.Kind.class),
            places,
            places,
            Arbitraries.chars().range('a', 'z').range('A', 'Z').numeric().with('-', '_', ':', '='))
        .as(Edit::new);
  }

  @Provide
  Arbitrary<String> values() {
    return CodecPropertyTest.wellFormed(600);
  }
}
