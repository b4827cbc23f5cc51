package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.async;
import static io.github.wxtoken.TestCluster.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.FileTokenStore;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stored record that cannot be read does not lock its user out: a new sign-in replaces it. */
class UnreadableRecordTest {
  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = cluster.process();
  private final WeChatOAuth other = cluster.process();
  private final String openid = cluster.openid("una");

  @AfterEach
  void close() {
    cluster.close();
  }

  /** Has reads fail until something is saved over the record, and returns whether they do. */
  private AtomicBoolean spoil() {
    AtomicBoolean spoilt = new AtomicBoolean(true);
    cluster.store.beforeGet = () -> throwIf(spoilt);
    cluster.store.beforeReplace = () -> throwIf(spoilt);
    cluster.store.afterSave = () -> spoilt.set(false);
    return spoilt;
  }

  private void throwIf(AtomicBoolean spoilt) {
    if (spoilt.get()) {
      throw new CorruptTokenException(openid, "it is no JSON object");
    }
  }

  @Test
  void aLoginReplacesItAndNamesItInTheLog() {
    one.getAccessToken(cluster.code("una"));
    spoil();
    try (LogCapture log = LogCapture.of(WeChatOAuth.class)) {
      OAuthToken token = one.getAccessToken(cluster.code("una"));

      assertThat(cluster.stored(openid)).isEqualTo(token);
      assertThat(other.getValidToken(openid)).isEqualTo(token);
      assertThat(log.lines())
          .filteredOn(line -> line.startsWith("WARN") && line.contains("cannot be read"))
          .singleElement()
          .satisfies(line -> assertThat(line).contains(openid).contains("replaces it"));
    }
  }

  @Test
  void untilThenItIsAnErrorAndTheRecordStays() {
    OAuthToken token = one.getAccessToken(cluster.code("una"));
    AtomicBoolean spoilt = spoil();

    assertThatThrownBy(() -> one.getValidToken(openid))
        .isInstanceOf(CorruptTokenException.class)
        .hasMessageContaining(openid);

    spoilt.set(false);
    assertThat(cluster.stored(openid)).isEqualTo(token);
  }

  @Test
  void anExplicitRefreshReplacesIt() {
    OAuthToken token = one.getAccessToken(cluster.code("una"));
    cluster.expire();
    spoil();

    OAuthToken renewed = one.refreshAccessToken(String.valueOf(token.refreshToken()));

    assertThat(cluster.stored(openid)).isEqualTo(renewed);
  }

  @Test
  void aSessionReplacesIt() {
    cluster.weChat.addApp(SimulatorApp.of("wxmini", "secret", AppKind.MINI_PROGRAM));
    try (WeChatOAuth mini =
        WeChatOAuth.builder("wxmini", "secret")
            .store(cluster.store)
            .miniProgram(true)
            .apiEndpoint(cluster.weChat.uri())
            .build()) {
      mini.getSessionKey(cluster.weChat.miniProgramLogin("wxmini", "una"));
      spoil();

      OAuthToken session = mini.getSessionKey(cluster.weChat.miniProgramLogin("wxmini", "una"));

      assertThat(cluster.stored(session.openid())).isEqualTo(session);
    }
  }

  @Test
  void aRecordThatBreaksBetweenTheReadAndTheSaveIsReplacedToo() {
    one.getAccessToken(cluster.code("una"));
    cluster.store.beforeReplace =
        () -> {
          AtomicBoolean spoilt = spoil();
          throwIf(spoilt);
        };

    OAuthToken token = one.getAccessToken(cluster.code("una"));

    assertThat(cluster.stored(openid)).isEqualTo(token);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{\"openid\":7}"})
  void aFileThatIsNoTokenIsReplaced(String content, @TempDir Path directory) throws IOException {
    try (TokenStore files = new FileTokenStore(directory)) {
      WeChatOAuth client = cluster.process(b -> b.store(files));
      client.getAccessToken(cluster.code("una"));
      Files.writeString(directory.resolve(openid + ":access_token.txt"), content);

      OAuthToken token = client.getAccessToken(cluster.code("una"));

      assertThat(files.getToken(openid)).contains(token);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRecordUnderAKeyThatWasLostIsReplaced(boolean scoped) {
    TokenStore inner = scoped ? TokenStores.scoped(cluster.store, "wx1") : cluster.store;
    WeChatOAuth before =
        cluster.process(b -> b.store(TokenStores.encrypted(inner, cipher("lost", (byte) 1))));
    TokenStore view = TokenStores.encrypted(inner, cipher("new", (byte) 2));
    WeChatOAuth after = cluster.process(b -> b.store(view));
    before.getAccessToken(cluster.code("una"));

    OAuthToken token = after.getAccessToken(cluster.code("una"));

    assertThat(view.getToken(openid)).contains(token);
    assertThat(after.getUser(openid).openid()).isEqualTo(openid);
  }

  private static TokenCipher cipher(String id, byte fill) {
    byte[] key = new byte[32];
    Arrays.fill(key, fill);
    return AesGcmTokenCipher.builder(id, key).build();
  }

  @Test
  void ofTwoLoginsOverItTheLaterGrantStaysAlthoughTheEarlierIsSavedLast() throws Exception {
    one.getAccessToken(cluster.code("una"));
    spoil();
    // The earlier login has found the record unreadable, and goes on when the later one is done.
    AtomicReference<OAuthToken> later = new AtomicReference<>();
    AtomicInteger leases = new AtomicInteger();
    cluster.store.beforeLease =
        () -> {
          if (leases.incrementAndGet() == 2) {
            later.set(other.getAccessToken(cluster.code("una")));
          }
        };

    OAuthToken returned = one.getAccessToken(cluster.code("una"));

    assertThat(returned).isEqualTo(later.get());
    assertThat(cluster.stored(openid)).isEqualTo(later.get());
  }

  @Test
  void aLoginWaitsWhileAnotherReplacesIt() throws Exception {
    one.getAccessToken(cluster.code("una"));
    spoil();
    CountDownLatch saves = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    cluster.store.beforeSave =
        () -> {
          saves.countDown();
          await(goOn);
        };
    CompletableFuture<OAuthToken> earlier = async(() -> one.getAccessToken(cluster.code("una")));
    await(saves);
    CountDownLatch asks = new CountDownLatch(2); // for its code, and to replace the record
    cluster.store.beforeLease = asks::countDown;
    CompletableFuture<OAuthToken> later = async(() -> other.getAccessToken(cluster.code("una")));
    await(asks);
    goOn.countDown();

    earlier.join();
    assertThat(later.join()).isEqualTo(cluster.stored(openid));
  }

  @Test
  void whileLeasesFailItIsReplacedWithoutOne() {
    one.getAccessToken(cluster.code("una"));
    spoil();
    AtomicInteger leases = new AtomicInteger();
    cluster.store.beforeLease =
        () -> {
          if (leases.incrementAndGet() > 1) {
            throw new LeaseUnavailableException("the right was revoked", null);
          }
        };

    OAuthToken token = one.getAccessToken(cluster.code("una"));

    assertThat(cluster.stored(openid)).isEqualTo(token);
  }

  @Test
  void aStoreThatCannotReplaceItHandsTheTokenOver() {
    one.getAccessToken(cluster.code("una"));
    spoil();
    cluster.store.beforeSave =
        () -> {
          throw new TokenStoreException("the disk is full", null);
        };

    assertThatThrownBy(() -> one.getAccessToken(cluster.code("una")))
        .hasMessageEndingWith("that is not saved: the disk is full")
        .asInstanceOf(type(TokenNotSavedException.class))
        .satisfies(
            e ->
                assertThat(other.verifyToken(openid, String.valueOf(e.token().accessToken())))
                    .isTrue());
  }
}
