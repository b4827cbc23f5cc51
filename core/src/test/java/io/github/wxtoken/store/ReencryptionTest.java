package io.github.wxtoken.store;

import static io.github.wxtoken.TestCluster.start;
import static io.github.wxtoken.store.EncryptedTokenStoreTest.cipher;
import static io.github.wxtoken.store.EncryptedTokenStoreTest.key;
import static io.github.wxtoken.store.EncryptedTokenStoreTest.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.StoreDouble;
import io.github.wxtoken.TestCluster.Running;
import io.github.wxtoken.store.EncryptedTokenStoreTest.Secret;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rotation: every token is moved to the primary key while the cluster runs. */
class ReencryptionTest {
  private final MemoryTokenStore inner = new MemoryTokenStore();
  private final StoreDouble watched = new StoreDouble(inner);

  /** Before the rotation, the next key is known already; after it the older still. */
  private final EncryptedTokenStore before =
      TokenStores.encrypted(inner, cipher("k1").decryptionKey("k2", key("k2")).build());

  private final EncryptedTokenStore after =
      TokenStores.encrypted(watched, cipher("k2").decryptionKey("k1", key("k1")).build());

  private void save(int count) {
    for (int i = 0; i < count; i++) {
      before.saveToken("o" + i, token("o" + i));
    }
  }

  private long under(String keyId) {
    return inner
        .tokens()
        .flatMap(
            t ->
                List.of(
                    Objects.requireNonNull(t.accessToken()),
                    Objects.requireNonNull(t.refreshToken()),
                    Objects.requireNonNull(t.sessionKey()))
                    .stream())
        .filter(value -> value.startsWith("enc1:" + keyId + ":"))
        .count();
  }

  private static Reencryption result(long current, long moved) {
    return new Reencryption(current, moved, 0, 0, List.of());
  }

  @Test
  void everyTokenIsMovedToThePrimaryKeyAndStaysTheSameToken() {
    save(50);

    assertThat(after.reencrypt(progress -> {})).isEqualTo(result(0, 50));

    assertThat(under("k1")).isZero();
    assertThat(under("k2")).isEqualTo(150);
    EncryptedTokenStore withoutTheOld = TokenStores.encrypted(inner, cipher("k2").build());
    for (int i = 0; i < 50; i++) {
      assertThat(withoutTheOld.getToken("o" + i)).contains(token("o" + i));
    }
  }

  @Test
  void whatIsUnderThePrimaryKeyIsNotWrittenAgain() {
    save(50);
    after.reencrypt(progress -> {});
    List<OAuthToken> moved = inner.tokens().toList();

    assertThat(after.reencrypt(progress -> {})).isEqualTo(result(50, 0));

    assertThat(inner.tokens()).containsExactlyElementsOf(moved);
  }

  @ParameterizedTest
  @EnumSource(Secret.class)
  void aRecordOfWhichOneValueIsUnderTheOldKeyIsMoved(Secret secret) {
    save(1);
    OAuthToken old = inner.getToken("o0").orElseThrow();
    after.reencrypt(progress -> {});
    OAuthToken moved = inner.getToken("o0").orElseThrow();
    inner.saveToken("o0", secret.put(moved, secret.of(old)));

    assertThat(after.reencrypt(progress -> {})).isEqualTo(result(0, 1));

    assertThat(under("k1")).isZero();
    assertThat(after.getToken("o0")).contains(token("o0"));
  }

  @Test
  void aSessionIsMovedAndStaysASession() {
    OAuthToken session = OAuthToken.builder().openid("oS").sessionKey("CANARY").createAt(1).build();
    before.saveToken("oS", session);

    assertThat(after.reencrypt(progress -> {})).isEqualTo(result(0, 1));

    assertThat(TokenStores.encrypted(inner, cipher("k2").build()).getToken("oS")).contains(session);
  }

  @Test
  void aWalkThatWasEndedIsResumed() {
    save(2_500);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                after.reencrypt(
                    progress -> {
                      throw new IllegalStateException("enough for today");
                    }));
    assertThat(under("k2")).isEqualTo(3_000);

    assertThat(after.reencrypt(progress -> {})).isEqualTo(result(1_000, 1_500));

    assertThat(under("k1")).isZero();
  }

  @Test
  void progressIsToldAfterEveryThousandTokens() {
    save(2_500);
    List<Reencryption> told = new ArrayList<>();

    after.reencrypt(told::add);

    assertThat(told).containsExactly(result(0, 1_000), result(0, 2_000));
  }

  @Test
  void aCorruptRecordIsReportedByItsOpenidAndLeftAsItIs() {
    save(3);
    OAuthToken stored = inner.getToken("o1").orElseThrow();
    OAuthToken swapped = stored.toBuilder().accessToken(stored.refreshToken()).build();
    inner.saveToken("o1", swapped);

    Reencryption result = after.reencrypt(progress -> {});

    assertThat(result).isEqualTo(new Reencryption(0, 2, 0, 1, List.of("o1")));
    assertThat(result.isComplete()).isFalse();
    assertThat(inner.getToken("o1")).contains(swapped);
  }

  @Test
  void aRecordThatIsCorruptUnderThePrimaryKeyIsReportedToo() {
    save(1);
    after.reencrypt(progress -> {});
    OAuthToken stored = inner.getToken("o0").orElseThrow();
    inner.saveToken("o0", stored.toBuilder().sessionKey(stored.accessToken()).build());

    assertThat(after.reencrypt(progress -> {}).failedOpenids()).containsExactly("o0");
  }

  @Test
  void aRecordThatTheStoreDoesNotTakeAnyMoreIsReportedAndEndsNoWalk(@TempDir Path directory)
      throws Exception {
    TokenStore files = TokenStores.open("file:" + directory);
    String node = token("o1").toBuilder().snapshotUser(true).build().toJson();
    files.saveToken("o0", token("o0"));
    files.saveToken("o2", token("o2"));
    Files.writeString(directory.resolve("o1:access_token.txt"), node);

    EncryptedTokenStore migrating =
        TokenStores.encrypted(files, cipher("k2").acceptPlaintext(true).build());

    assertThat(migrating.reencrypt(progress -> {}))
        .isEqualTo(new Reencryption(0, 2, 0, 1, List.of("o1")));
    assertThat(Files.readString(directory.resolve("o1:access_token.txt"))).isEqualTo(node);
  }

  @Test
  void recordsThatTheStoreCannotReadAreCountedOnceAndTheOthersMoved() {
    save(2_000);
    watched.corrupt = openid -> openid.endsWith("7");
    List<Reencryption> told = new ArrayList<>();

    Reencryption result = after.reencrypt(told::add);

    assertThat(result.moved()).isEqualTo(1_800);
    assertThat(result.failed()).isEqualTo(200);
    assertThat(result.failedOpenids()).hasSize(200).doesNotHaveDuplicates();
    assertThat(told).hasSize(2);
    assertThat(told.get(0).moved() + told.get(0).failed()).isEqualTo(1_000);
  }

  @Test
  void aRecordThatBreaksDuringTheWalkIsCountedAndTheOthersMoved() {
    save(3);
    watched.beforeReplace =
        () -> {
          before.saveToken("o1", token("o1"));
          watched.corrupt = "o1"::equals;
        };

    Reencryption result = after.reencrypt(progress -> {});

    assertThat(result).isEqualTo(new Reencryption(0, 2, 0, 1, List.of("o1")));
  }

  @Test
  void ofManyCorruptRecordsTheFirstThousandAreNamed() {
    for (int i = 0; i < 1_200; i++) {
      inner.saveToken("o" + i, token("o" + i));
    }

    Reencryption result = after.reencrypt(progress -> {});

    assertThat(result.failed()).isEqualTo(1_200);
    assertThat(result.failedOpenids()).hasSize(1_000).doesNotHaveDuplicates();
  }

  @Test
  void aTokenThatChangesMeanwhileIsMovedAsItIsNow() {
    save(1);
    OAuthToken newer = token("o0").toBuilder().accessToken("CANARY-newer").build();
    AtomicBoolean changed = new AtomicBoolean();
    watched.beforeReplace =
        () -> {
          if (changed.compareAndSet(false, true)) {
            before.saveToken("o0", newer);
          }
        };

    assertThat(after.reencrypt(progress -> {})).isEqualTo(result(0, 1));

    assertThat(under("k1")).isZero();
    assertThat(after.getToken("o0")).contains(newer);
  }

  @Test
  void aTokenThatIsDeletedMeanwhileStaysDeleted() {
    save(1);
    watched.beforeReplace = () -> inner.deleteToken("o0");

    assertThat(after.reencrypt(progress -> {})).isEqualTo(result(0, 0));

    assertThat(inner.tokens()).isEmpty();
  }

  @Test
  void aTokenThatNeverRestsIsCounted() {
    save(1);
    watched.beforeReplace = () -> before.saveToken("o0", token("o0"));

    Reencryption result = after.reencrypt(progress -> {});

    assertThat(result).isEqualTo(new Reencryption(0, 0, 1, 0, List.of()));
    assertThat(result.isComplete()).isFalse();
  }

  @Test
  void plaintextIsMovedByACipherThatWasToldToMigrate() {
    inner.saveToken("oA", token("oA"));
    EncryptedTokenStore migrating =
        TokenStores.encrypted(inner, cipher("k2").acceptPlaintext(true).build());

    assertThat(migrating.reencrypt(progress -> {})).isEqualTo(result(0, 1));

    assertThat(under("k2")).isEqualTo(3);
    assertThat(TokenStores.encrypted(inner, cipher("k2").build()).getToken("oA"))
        .contains(token("oA"));
  }

  @Test
  void aScopedStoreIsMovedAppByAppOrAsAWhole() {
    TokenStore one = TokenStores.scoped(before, "wx1");
    TokenStore other = TokenStores.scoped(before, "wx2");
    one.saveToken("oA", token("oA"));
    other.saveToken("oA", token("oA"));

    EncryptedTokenStore app =
        TokenStores.encrypted(
            TokenStores.scoped(inner, "wx1"), cipher("k2").decryptionKey("k1", key("k1")).build());
    assertThat(app.reencrypt(progress -> {})).isEqualTo(result(0, 1));
    assertThat(after.reencrypt(progress -> {})).isEqualTo(result(1, 1));

    assertThat(under("k1")).isZero();
    assertThat(one.getToken("oA")).contains(token("oA"));
  }

  @Test
  void fiveThousandTokensAreRotatedUnderLoad() throws Exception {
    rotateUnderLoad(5_000);
  }

  @Tag("long")
  @Test
  void aHundredThousandTokensAreRotatedUnderLoad() throws Exception {
    rotateUnderLoad(100_000);
  }

  /**
   * Four threads read tokens and count them up by compare-and-set: two as processes that encrypt
   * under the old key still, until they are restarted after the first walk, and two under the new.
   */
  private void rotateUnderLoad(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      before.saveToken("o" + i, counting("o" + i, 0));
    }
    AtomicLongArray counted = new AtomicLongArray(count);
    AtomicBoolean rolledOut = new AtomicBoolean();
    CountDownLatch restarted = new CountDownLatch(2);
    AtomicBoolean done = new AtomicBoolean();
    List<Running<Long>> load = new ArrayList<>();
    for (int thread = 0; thread < 4; thread++) {
      Random random = new Random(thread);
      EncryptedTokenStore first = thread < 2 ? before : after;
      load.add(
          start(
              () -> {
                EncryptedTokenStore process = first;
                long successes = 0;
                while (!done.get()) {
                  if (process == before && rolledOut.get()) {
                    process = after;
                    restarted.countDown();
                  }
                  int i = random.nextInt(count);
                  if (countUp(process, "o" + i)) {
                    counted.incrementAndGet(i);
                    successes++;
                  }
                }
                return successes;
              }));
    }

    Reencryption first = after.reencrypt(progress -> {});
    rolledOut.set(true);
    assertThat(restarted.await(60, TimeUnit.SECONDS)).isTrue();
    after.reencrypt(progress -> {});
    Reencryption last = after.reencrypt(progress -> {});
    done.set(true);
    long successes = 0;
    for (Running<Long> running : load) {
      successes += running.result().join();
    }

    assertThat(first.current() + first.moved()).isEqualTo(count);
    assertThat(first.isComplete()).isTrue();
    assertThat(last).isEqualTo(result(count, 0));
    assertThat(under("k1")).isZero();
    assertThat(successes).isPositive();
    for (int i = 0; i < count; i++) {
      assertThat(after.getToken("o" + i)).contains(counting("o" + i, counted.get(i)));
    }
  }

  private static OAuthToken counting(String openid, long count) {
    return token(openid).toBuilder().accessToken("CANARY-" + count).build();
  }

  /** Any exception, such as of a record that cannot be read, fails the thread. */
  private static boolean countUp(EncryptedTokenStore process, String openid) {
    Optional<OAuthToken> read = process.getToken(openid);
    String text = Objects.requireNonNull(read.orElseThrow().accessToken());
    long count = Long.parseLong(text.substring("CANARY-".length()));
    return process.replaceToken(openid, read.get(), counting(openid, count + 1));
  }
}
