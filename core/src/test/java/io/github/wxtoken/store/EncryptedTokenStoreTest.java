package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.StoreDouble;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of the encrypting view beyond the contract, which it passes in the testkit. */
public class EncryptedTokenStoreTest {
  private final MemoryTokenStore inner = new MemoryTokenStore();
  private final StoreDouble watched = new StoreDouble(inner);
  private final AesGcmTokenCipher cipher = cipher("k1").build();
  private final EncryptedTokenStore store = TokenStores.encrypted(watched, cipher);

  public static AesGcmTokenCipher.Builder cipher(String id) {
    return AesGcmTokenCipher.builder(id, key(id));
  }

  /** One key for each id. */
  static byte[] key(String id) {
    byte[] key = new byte[32];
    new Random(id.hashCode()).nextBytes(key);
    return key;
  }

  public static OAuthToken token(String openid) {
    return OAuthToken.builder()
        .accessToken("CANARY-AT-of-" + openid)
        .expiresIn(7200)
        .refreshToken("CANARY-RT-of-" + openid)
        .openid(openid)
        .scope("snsapi_base")
        .unionid("o6_" + openid)
        .sessionKey("CANARY-SK-of-" + openid)
        .extraJson("{\"a\":1.10}")
        .createAt(1_538_990_000_000L)
        .build();
  }

  private OAuthToken saved(String openid) {
    store.saveToken(openid, token(openid));
    return inner.getToken(openid).orElseThrow();
  }

  private void assertCorrupt(String openid, String field) {
    assertThatExceptionOfType(CorruptTokenException.class)
        .isThrownBy(() -> store.getToken(openid))
        .withMessage(
            "The stored token of "
                + openid
                + " cannot be read: its "
                + field
                + " was changed, moved, or not encrypted by a key of the cipher")
        .withNoCause();
  }

  /** The three values that are encrypted. */
  enum Secret {
    ACCESS_TOKEN,
    REFRESH_TOKEN,
    SESSION_KEY;

    String of(OAuthToken token) {
      return String.valueOf(
          switch (this) {
            case ACCESS_TOKEN -> token.accessToken();
            case REFRESH_TOKEN -> token.refreshToken();
            case SESSION_KEY -> token.sessionKey();
          });
    }

    OAuthToken put(OAuthToken token, @Nullable String value) {
      OAuthToken.Builder changed = token.toBuilder();
      return switch (this) {
        case ACCESS_TOKEN -> changed.accessToken(value).build();
        case REFRESH_TOKEN -> changed.refreshToken(value).build();
        case SESSION_KEY -> changed.sessionKey(value).build();
      };
    }

    String field() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  // The stored form

  @ParameterizedTest
  @EnumSource(Secret.class)
  void aSecretIsStoredEncrypted(Secret secret) {
    assertThat(secret.of(saved("oA"))).startsWith("enc1:k1:").doesNotContain("CANARY");
  }

  @Test
  void theRestIsStoredReadable() {
    OAuthToken plain = token("oA");

    OAuthToken stored = saved("oA");

    for (Secret secret : Secret.values()) {
      stored = secret.put(stored, secret.of(plain));
    }
    assertThat(stored).isEqualTo(plain);
  }

  @Test
  void whatATokenLacksIsNotEncrypted() {
    OAuthToken session = OAuthToken.builder().openid("oS").sessionKey("CANARY").createAt(1).build();

    store.saveToken("oS", session);

    OAuthToken stored = inner.getToken("oS").orElseThrow();
    assertThat(stored.accessToken()).isNull();
    assertThat(stored.refreshToken()).isNull();
    assertThat(store.getToken("oS")).contains(session);
  }

  @Test
  void readingAndScanningRewriteNothing() {
    OAuthToken before = saved("oA");

    store.getToken("oA");
    store.tokens().forEach(token -> {});

    assertThat(inner.getToken("oA")).contains(before);
  }

  // Tampering

  @ParameterizedTest
  @EnumSource(Secret.class)
  void everySingleBitThatFlipsIsNoticed(Secret secret) {
    OAuthToken stored = saved("oA");
    char[] text = secret.of(stored).toCharArray();
    for (int i = 0; i < text.length; i++) {
      for (int bit = 1; bit < 0x80; bit <<= 1) {
        text[i] ^= (char) bit;
        inner.saveToken("oA", secret.put(stored, new String(text)));
        assertCorrupt("oA", secret.field());
        text[i] ^= (char) bit;
      }
    }
  }

  @Test
  void everyValueThatIsSwappedWithAnotherRowsOrColumnsIsNoticed() {
    List<OAuthToken> records = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      records.add(saved("o" + i));
    }
    int tries = 0;
    for (OAuthToken record : records) {
      for (Secret place : Secret.values()) {
        for (OAuthToken other : records) {
          for (Secret value : Secret.values()) {
            if (!other.equals(record) || value != place) {
              inner.saveToken(record.openid(), place.put(record, value.of(other)));
              assertThat(isCorrupt(record.openid())).isTrue();
              tries++;
            }
          }
        }
      }
      inner.saveToken(record.openid(), record);
      assertThat(store.getToken(record.openid())).contains(token(record.openid()));
    }
    assertThat(tries).isEqualTo(240 * 239);
  }

  private boolean isCorrupt(String openid) {
    try {
      store.getToken(openid);
      return false;
    } catch (CorruptTokenException e) {
      return e.openid().equals(openid);
    }
  }

  @Test
  void aWholeRowUnderAnotherKeyIsNoticed() {
    inner.saveToken("oB", saved("oA").toBuilder().openid("oB").build());

    assertCorrupt("oB", "access_token");
  }

  @Test
  void plaintextAndUnknownKeysAreCorruptAndNeverAnswered() {
    inner.saveToken("oA", token("oA"));
    assertCorrupt("oA", "access_token");

    TokenStores.encrypted(inner, cipher("k2").build()).saveToken("oA", token("oA"));
    assertCorrupt("oA", "access_token");
  }

  @Test
  void aScanReportsWhatCannotBeDecryptedOnceAndGoesOn() {
    saved("oA");
    inner.saveToken("oB", token("oB"));
    saved("oC");
    List<String> reports = new ArrayList<>();

    assertThat(store.tokens(corrupt -> reports.add(corrupt.openid())))
        .containsExactlyInAnyOrder(token("oA"), token("oC"));

    assertThat(reports).containsExactly("oB");
  }

  @Test
  void aScanEndsWithWhatTheConsumerOfReportsThrows() {
    inner.saveToken("oB", token("oB"));

    assertThatExceptionOfType(CorruptTokenException.class)
        .isThrownBy(
            () ->
                store
                    .tokens(
                        corrupt -> {
                          throw corrupt;
                        })
                    .toList())
        .satisfies(e -> assertThat(e.openid()).isEqualTo("oB"));
  }

  @Test
  void aScanDecryptsOneTokenAfterTheOtherAndClosesWhatIsBelow() {
    for (int i = 0; i < 10; i++) {
      saved("o" + i);
    }
    AtomicInteger read = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    TokenStore counting =
        new ForwardingTokenStore(inner) {
          @Override
          public Stream<OAuthToken> tokens(Consumer<CorruptTokenException> corrupt) {
            return super.tokens(corrupt)
                .peek(token -> read.incrementAndGet())
                .onClose(closed::incrementAndGet);
          }
        };

    try (Stream<OAuthToken> tokens = TokenStores.encrypted(counting, cipher).tokens()) {
      Iterator<OAuthToken> each = tokens.iterator();
      assertThat(read).hasValue(0);
      each.next();
      assertThat(read).hasValue(1);
      each.next();
      assertThat(read).hasValue(2);
    }

    assertThat(closed).hasValue(1);
  }

  @Test
  void aCorruptRecordIsNotReplacedAndNotMended() {
    inner.saveToken("oA", token("oA"));

    assertThatExceptionOfType(CorruptTokenException.class)
        .isThrownBy(() -> store.replaceToken("oA", token("oA"), token("oA")));

    assertThat(inner.getToken("oA")).contains(token("oA"));
  }

  @Test
  void aCorruptRecordIsOverwrittenAndDeletedAsAnyOther() {
    inner.saveToken("oA", token("oA"));
    store.saveToken("oA", token("oA"));
    assertThat(store.getToken("oA")).contains(token("oA"));

    inner.saveToken("oA", token("oA"));
    assertThat(store.deleteToken("oA")).isTrue();
  }

  // Compare and set

  @Test
  void aTokenThatIsEncryptedAnewMeanwhileIsStillReplaced() {
    saved("oA");
    AtomicInteger times = new AtomicInteger();
    watched.beforeReplace =
        () -> {
          if (times.incrementAndGet() <= 5) {
            inner.saveToken("oA", reencrypted("oA"));
          }
        };

    assertThat(store.replaceToken("oA", token("oA"), renewed())).isTrue();

    assertThat(times).hasValue(6);
    assertThat(store.getToken("oA")).contains(renewed());
  }

  @Test
  void aTokenThatIsReplacedMeanwhileIsNotReplaced() {
    saved("oA");
    OAuthToken peers = token("oA").toBuilder().accessToken("CANARY-peer").build();
    watched.beforeReplace = () -> TokenStores.encrypted(inner, cipher).saveToken("oA", peers);

    assertThat(store.replaceToken("oA", token("oA"), renewed())).isFalse();

    assertThat(store.getToken("oA")).contains(peers);
  }

  @Test
  void aTokenThatNeverRestsIsAnErrorAndNotAnAnswer() {
    saved("oA");
    watched.beforeReplace = () -> inner.saveToken("oA", reencrypted("oA"));

    assertThatExceptionOfType(TokenStoreException.class)
        .isThrownBy(() -> store.replaceToken("oA", token("oA"), renewed()))
        .withMessage("others keep changing the token of oA");
  }

  @Test
  void aTokenThatWasReadThroughTheViewIsReplacedWithoutAnotherRead() {
    saved("oA");
    OAuthToken read = store.getToken("oA").orElseThrow();
    AtomicInteger reads = new AtomicInteger();
    watched.beforeGet = reads::incrementAndGet;

    assertThat(store.replaceToken("oA", read, renewed())).isTrue();

    assertThat(reads).hasValue(0);
    assertThat(store.getToken("oA")).contains(renewed());
  }

  @Test
  void aTokenThatWasReadAndIsEncryptedAnewMeanwhileIsStillReplaced() {
    saved("oA");
    OAuthToken read = store.getToken("oA").orElseThrow();
    inner.saveToken("oA", reencrypted("oA"));

    assertThat(store.replaceToken("oA", read, renewed())).isTrue();

    assertThat(store.getToken("oA")).contains(renewed());
  }

  @Test
  void aTokenThatWasReadAndIsReplacedMeanwhileIsNotReplaced() {
    saved("oA");
    OAuthToken read = store.getToken("oA").orElseThrow();
    OAuthToken peers = token("oA").toBuilder().accessToken("CANARY-peer").build();
    TokenStores.encrypted(inner, cipher).saveToken("oA", peers);

    assertThat(store.replaceToken("oA", read, renewed())).isFalse();

    assertThat(store.getToken("oA")).contains(peers);
  }

  @Test
  void aVariationOfATokenThatWasReadIsNotWhatIsStored() {
    saved("oA");
    OAuthToken read = store.getToken("oA").orElseThrow();

    assertThat(store.replaceToken("oA", read.toBuilder().createAt(9).build(), renewed())).isFalse();

    assertThat(read.toBuilder().build().storedForm()).isNull();
    assertThat(store.getToken("oA")).contains(token("oA"));
  }

  @Test
  void aTokenThatWasReadThroughAScopeIsReplacedWithoutAnotherReadToo() {
    TokenStore above = TokenStores.scoped(TokenStores.encrypted(watched, cipher), "wxA");
    TokenStore below = TokenStores.encrypted(TokenStores.scoped(watched, "wxB"), cipher);
    for (TokenStore view : List.of(above, below)) {
      view.saveToken("oA", token("oA"));
      OAuthToken read = view.getToken("oA").orElseThrow();
      watched.beforeGet =
          () -> {
            throw new AssertionError("a read");
          };

      assertThat(view.replaceToken("oA", read, renewed())).isTrue();

      watched.beforeGet = () -> {};
      assertThat(view.getToken("oA")).contains(renewed());
    }
  }

  @Test
  void aTokenThatWasReadUnderAnotherAppIsComparedByItsGrant() {
    TokenStore encrypted = TokenStores.encrypted(inner, cipher);
    TokenStore one = TokenStores.scoped(encrypted, "wxA");
    TokenStore other = TokenStores.scoped(encrypted, "wxB");
    one.saveToken("oA", token("oA"));
    other.saveToken("oA", token("oA"));

    assertThat(other.replaceToken("oA", one.getToken("oA").orElseThrow(), renewed())).isTrue();

    assertThat(one.getToken("oA")).contains(token("oA"));
    assertThat(other.getToken("oA")).contains(renewed());
  }

  private OAuthToken reencrypted(String openid) {
    MemoryTokenStore elsewhere = new MemoryTokenStore();
    TokenStores.encrypted(elsewhere, cipher).saveToken(openid, token(openid));
    return elsewhere.getToken(openid).orElseThrow();
  }

  private static OAuthToken renewed() {
    return token("oA").toBuilder().accessToken("CANARY-renewed").createAt(2).build();
  }

  // Views of views

  @Test
  void aboveAndBelowAScopeTheViewWritesTheSameRecords() {
    TokenStore above = TokenStores.encrypted(TokenStores.scoped(inner, "wx0"), cipher);
    TokenStore below = TokenStores.scoped(TokenStores.encrypted(inner, cipher), "wx0");

    above.saveToken("oA", token("oA"));
    below.saveToken("oB", token("oB"));

    assertThat(below.getToken("oA")).contains(token("oA"));
    assertThat(above.getToken("oB")).contains(token("oB"));
    assertThat(above.tokens()).containsExactlyInAnyOrder(token("oA"), token("oB"));
    assertThat(inner.tokens())
        .extracting(OAuthToken::openid)
        .containsExactlyInAnyOrder("wx0:oA", "wx0:oB");
  }

  @Test
  void aStoreThatHidesAScopeFromTheViewIsRefused() {
    TokenStore scoped = TokenStores.scoped(inner, "wx0");
    TokenStore nested = TokenStores.scoped(new ForwardingTokenStore(scoped), "inner");
    for (TokenStore hidden :
        List.of(
            new ForwardingTokenStore(scoped),
            new ForwardingTokenStore(new ForwardingTokenStore(scoped)),
            new ForwardingTokenStore(TokenStores.scoped(scoped, "b")),
            new ForwardingTokenStore(nested),
            nested,
            new ReadingFirst(scoped),
            TokenStores.encrypted(scoped, cipher))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TokenStores.encrypted(hidden, cipher))
          .withMessage(
              "a store between the encrypting view and a scoped view hides the app, to which"
                  + " encrypted values are bound. Lay the encrypting view directly over the scoped"
                  + " one, and the other store above both or below both");
    }
    assertThat(inner.tokens()).isEmpty();
  }

  @Test
  void aStoreAboveOrBelowBothViewsLeavesTheAppInWhatValuesAreBoundTo() {
    TokenStore direct = TokenStores.encrypted(TokenStores.scoped(inner, "wx1"), cipher);
    direct.saveToken("oA", token("oA"));

    for (TokenStore decorated :
        List.of(
            TokenStores.encrypted(
                TokenStores.scoped(new ForwardingTokenStore(inner), "wx1"), cipher),
            new ForwardingTokenStore(
                TokenStores.encrypted(TokenStores.scoped(inner, "wx1"), cipher)),
            TokenStores.scoped(
                TokenStores.encrypted(new ForwardingTokenStore(inner), cipher), "wx1"),
            TokenStores.scoped(
                new ForwardingTokenStore(
                    TokenStores.encrypted(new ForwardingTokenStore(inner), cipher)),
                "wx1"))) {
      assertThat(decorated.getToken("oA")).contains(token("oA"));
    }
  }

  @Test
  void aRowThatIsMovedToAnotherAppIsNoticed() {
    TokenStore one = TokenStores.encrypted(TokenStores.scoped(inner, "wx1"), cipher);
    TokenStore other = TokenStores.encrypted(TokenStores.scoped(inner, "wx2"), cipher);
    one.saveToken("oA", token("oA"));

    OAuthToken row = inner.getToken("wx1:oA").orElseThrow();
    inner.saveToken("wx2:oA", row.toBuilder().openid("wx2:oA").build());

    assertThatExceptionOfType(CorruptTokenException.class)
        .isThrownBy(() -> other.getToken("oA"))
        .satisfies(e -> assertThat(e.openid()).isEqualTo("oA"));
  }

  @Test
  void appsWithKeysOfTheirOwnAreScannedOneByOneWhereTheScopeIsBelow() {
    TokenStore one = TokenStores.encrypted(TokenStores.scoped(inner, "wx1"), cipher);
    TokenStore other =
        TokenStores.encrypted(TokenStores.scoped(inner, "wx2"), cipher("k2").build());
    one.saveToken("oA", token("oA"));
    other.saveToken("oA", token("oA"));

    assertThat(one.tokens()).containsExactly(token("oA"));
    assertThat(other.tokens()).containsExactly(token("oA"));
  }

  @Test
  void scopesMayBeNested() {
    TokenStore above =
        TokenStores.encrypted(TokenStores.scoped(TokenStores.scoped(inner, "a"), "b"), cipher);
    TokenStore between =
        TokenStores.scoped(TokenStores.encrypted(TokenStores.scoped(inner, "a"), cipher), "b");

    above.saveToken("oA", token("oA"));

    assertThat(between.getToken("oA")).contains(token("oA"));
  }

  @Test
  void insertingReplacingAndDeletingSayWhatTheyDid() {
    OAuthToken token = token("oA");

    assertThat(store.replaceToken("oA", token, token)).isFalse();
    assertThat(store.saveTokenIfAbsent("oA", token)).isTrue();
    assertThat(store.saveTokenIfAbsent("oA", token)).isFalse();
    assertThat(store.replaceToken("oA", token, token)).isTrue();
    assertThat(store.deleteToken("oA")).isTrue();
    assertThat(store.deleteToken("oA")).isFalse();
  }

  @Test
  void severalTokensAreInsertedEncryptedInOneOperation() {
    List<Integer> sizes = new ArrayList<>();
    TokenStore counting =
        new ForwardingTokenStore(inner) {
          @Override
          public Set<String> saveTokensIfAbsent(Collection<OAuthToken> tokens) {
            sizes.add(tokens.size());
            return super.saveTokensIfAbsent(tokens);
          }
        };
    store.saveToken("oA", token("oA"));

    assertThat(
            TokenStores.encrypted(counting, cipher)
                .saveTokensIfAbsent(List.of(token("oA"), token("oB"), token("oC"))))
        .containsExactlyInAnyOrder("oB", "oC");

    assertThat(sizes).containsExactly(3);
    assertThat(inner.getToken("oB").orElseThrow().accessToken()).startsWith("enc1:k1:");
    assertThat(store.getToken("oB")).contains(token("oB"));
  }

  @Test
  void leasesAreTheStores() {
    assertThat(store.tryLease("refresh:oA", Duration.ofHours(1))).isPresent();

    assertThat(inner.tryLease("refresh:oA", Duration.ofHours(1))).isEmpty();
  }

  @Test
  void closingTheViewLeavesTheStoreOpen() {
    store.close();

    assertThatExceptionOfType(TokenStoreException.class).isThrownBy(() -> store.getToken("oA"));
    assertThat(inner.getToken("oA")).isEmpty();
  }

  // Room

  @Test
  void aStoreWithoutRoomForEncryptedTokensIsRefusedAtOnceAndTheFieldIsNamed() {
    for (Secret secret : Secret.values()) {
      int tooFew = secret == Secret.SESSION_KEY ? 77 : 727;
      assertThatIllegalArgumentException()
          .isThrownBy(() -> TokenStores.encrypted(new Narrow(secret, tooFew), cipher))
          .withMessage(
              "store must have room for an encrypted token of 512 characters, but %s must be at"
                  + " most %s characters long",
              secret.field(), tooFew);
      TokenStores.encrypted(new Narrow(secret, tooFew + 1), cipher).close();
    }
  }

  @Test
  void askingWhetherThereIsRoomLeavesNothingBehind() {
    assertThat(inner.tokens()).isEmpty();
    assertThat(inner.leases).isEmpty();
  }

  /** A store that refuses what is too long before any I/O, as the JDBC store does. */
  private static final class Narrow extends ForwardingTokenStore {
    private final Secret narrow;
    private final int length;

    Narrow(Secret narrow, int length) {
      super(new MemoryTokenStore());
      this.narrow = narrow;
      this.length = length;
    }

    @Override
    public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
      if (narrow.of(token).length() > length) {
        throw new IllegalArgumentException(
            narrow.field() + " must be at most " + length + " characters long");
      }
      return super.replaceToken(openid, expected, token);
    }
  }

  // Ciphers of others

  /** Fails with the exception, or where that is null returns null. */
  private static TokenCipher failingWith(@Nullable Exception e) {
    return new TokenCipher() {
      private int calls;

      @Override
      public String encrypt(String value, String associatedData) throws GeneralSecurityException {
        // The view asks for three values when it is made.
        return ++calls <= 3 ? "x" : fail();
      }

      @Override
      public String decrypt(String encrypted, String associatedData)
          throws GeneralSecurityException {
        return fail();
      }

      @SuppressWarnings("NullAway")
      private String fail() throws GeneralSecurityException {
        if (e == null) {
          return null;
        }
        if (e instanceof GeneralSecurityException checked) {
          throw checked;
        }
        throw (RuntimeException) e;
      }
    };
  }

  private void assertFails(
      @Nullable Exception e,
      Class<? extends Throwable> encrypting,
      Class<? extends Throwable> decrypting) {
    inner.saveToken("oA", token("oA"));
    TokenStore view = TokenStores.encrypted(inner, failingWith(e));
    assertShowsNothing(encrypting, () -> view.saveToken("oB", token("oB")));
    assertShowsNothing(decrypting, () -> view.getToken("oA"));
    assertThat(inner.getToken("oB")).isEmpty();
  }

  private static void assertShowsNothing(Class<? extends Throwable> type, Runnable call) {
    assertThatExceptionOfType(Throwable.class)
        .isThrownBy(call::run)
        .isInstanceOf(type)
        .satisfies(
            thrown -> {
              StringWriter trace = new StringWriter();
              thrown.printStackTrace(new PrintWriter(trace));
              assertThat(trace.toString()).doesNotContain("CANARY");
            });
  }

  @Test
  void whatTheCipherCannotAuthenticateIsCorruptAndWhatItCannotEncryptIsAnError() {
    assertFails(
        new GeneralSecurityException("CANARY"),
        TokenStoreException.class,
        CorruptTokenException.class);
  }

  @Test
  void aCipherThatFailsIsAnErrorWithoutItsText() {
    assertFails(
        new IllegalStateException("CANARY"), TokenStoreException.class, TokenStoreException.class);
  }

  @Test
  void aValueThatTheCipherRefusesIsNamedWithoutTheCiphersText() {
    assertFails(
        new IllegalArgumentException("CANARY"),
        IllegalArgumentException.class,
        CorruptTokenException.class);

    String half = "CANARY\ud83d";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.saveToken("oA", Secret.REFRESH_TOKEN.put(token("oA"), half)))
        .withMessage("refresh_token must be one that the cipher can encrypt")
        .withNoCause();
  }

  @Test
  void aCipherThatCannotTellItsKeyIsAnErrorWithoutItsText() {
    inner.saveToken("oA", token("oA"));
    EncryptedTokenStore view =
        TokenStores.encrypted(
            inner,
            new TokenCipher() {
              @Override
              public String encrypt(String value, String associatedData) {
                return value;
              }

              @Override
              public String decrypt(String encrypted, String associatedData) {
                return encrypted;
              }

              @Override
              public boolean isCurrent(String encrypted) {
                throw new IllegalStateException("unknown: " + encrypted);
              }
            });

    assertShowsNothing(TokenStoreException.class, () -> view.reencrypt(progress -> {}));
  }

  /** Null would be stored as a token that has no such value. */
  @Test
  void aCipherThatReturnsNullIsAnErrorAndLosesNothing() {
    assertFails(null, TokenStoreException.class, TokenStoreException.class);
  }

  @Test
  void aKeyServiceThatIsAwayIsNoCorruptRecord() {
    TokenStoreException away = new TokenStoreException("the key service is away", null);
    inner.saveToken("oA", token("oA"));
    TokenStore view = TokenStores.encrypted(inner, failingWith(away));

    assertThatExceptionOfType(TokenStoreException.class)
        .isThrownBy(() -> view.getToken("oA"))
        .isSameAs(away);
  }

  @Test
  void theCipherIsToldWhichValueOfWhichRecordItIs() {
    List<String> places = new ArrayList<>();
    TokenCipher noting =
        new TokenCipher() {
          @Override
          public String encrypt(String value, String associatedData) {
            places.add(associatedData);
            return value;
          }

          @Override
          public String decrypt(String encrypted, String associatedData) {
            places.add(associatedData);
            return encrypted;
          }
        };
    TokenStore view = TokenStores.encrypted(TokenStores.scoped(inner, "wx0"), noting);
    places.clear();

    view.saveToken("oA", token("oA"));
    view.getToken("oA");

    List<String> three =
        Arrays.asList(
            "wxtoken:1:wx0:oA:access_token",
            "wxtoken:1:wx0:oA:refresh_token",
            "wxtoken:1:wx0:oA:session_key");
    assertThat(places)
        .containsExactlyElementsOf(Stream.concat(three.stream(), three.stream()).toList());
  }

  // Bad input

  @SuppressWarnings("NullAway")
  @Test
  void storeAndCipherAreNotNull() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.encrypted(null, cipher))
        .withMessage("store must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenStores.encrypted(inner, null))
        .withMessage("cipher must not be null");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> store.reencrypt(null))
        .withMessage("progress must not be null");
  }

  @Test
  void theViewShowsNoSecret() {
    saved("oA");

    TokenStore view = store;
    assertThat(view.toString()).doesNotContain("CANARY");
    assertThat(store.getToken("oA").toString()).doesNotContain("CANARY");
    assertThat(inner.getToken("oA").toString()).doesNotContain("CANARY").doesNotContain("enc1");
  }

  /** A store of a user's that compares by itself. */
  private static final class ReadingFirst extends ForwardingTokenStore {
    ReadingFirst(TokenStore store) {
      super(store);
    }

    @Override
    public boolean replaceToken(String openid, OAuthToken expected, OAuthToken token) {
      boolean same = getToken(openid).filter(expected::sameGrant).isPresent();
      if (same) {
        saveToken(openid, token);
      }
      return same;
    }
  }
}
