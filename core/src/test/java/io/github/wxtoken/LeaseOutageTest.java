package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.store.AesGcmTokenCipher;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenCipher;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A client whose store cannot lease, at the moment or at all, still refreshes. A decision about
 * security fails before anything is sent or used.
 */
class LeaseOutageTest {
  private static final String SESSION = "session-1";

  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = cluster.process();
  private final WeChatOAuth other = cluster.process();
  private final String openid = cluster.openid("amy");

  @AfterEach
  void close() {
    cluster.close();
  }

  private void leasesFail() {
    cluster.store.beforeLease =
        () -> {
          throw new LeaseUnavailableException("the table token_lease is missing", null);
        };
  }

  private void leasesWorkAgain() {
    cluster.store.beforeLease = () -> {};
  }

  /** Has the store grant every lease to everybody, as one that cannot lease does. */
  private void everyLeaseIsGranted() {
    cluster.store.leases =
        lease -> {
          lease.close();
          return Lease.unchecked(Duration.ofMinutes(1));
        };
  }

  private long exchanges() {
    return cluster.weChat.counters().calls(Endpoint.EXCHANGE);
  }

  // Leases fail at the moment

  @Test
  void aRefreshGoesOnWithoutALease() {
    OAuthToken old = one.getAccessToken(cluster.code("amy"));
    cluster.expire();
    leasesFail();

    OAuthToken renewed = one.getValidToken(openid);

    assertThat(renewed.createAt()).isGreaterThan(old.createAt());
    assertThat(cluster.stored(openid)).isEqualTo(renewed);
    assertThat(cluster.refreshes()).isEqualTo(1);
  }

  @Test
  void theThreadsOfOneProcessShareARefreshWithoutALease() {
    one.getAccessToken(cluster.code("amy"));
    cluster.expire();
    leasesFail();

    List<CompletableFuture<OAuthToken>> calls = together(16, () -> one.getValidToken(openid));

    calls.forEach(CompletableFuture::join);
    assertThat(cluster.refreshes()).isEqualTo(1);
  }

  @Test
  void processesThatRefreshWithoutLeasesStoreATokenThatWeChatTakes() {
    one.getAccessToken(cluster.code("amy"));
    cluster.expire();
    leasesFail();

    List<CompletableFuture<OAuthToken>> here = together(4, () -> one.getValidToken(openid));
    List<CompletableFuture<OAuthToken>> there = together(4, () -> other.getValidToken(openid));

    here.forEach(CompletableFuture::join);
    there.forEach(CompletableFuture::join);
    assertThat(isAlive(cluster.stored(openid))).isTrue();
    assertThat(cluster.refreshes()).isBetween(1L, 2L);
  }

  @Test
  void aRefreshWithoutALeaseReplacesNoLaterLogin() {
    one.getAccessToken(cluster.code("amy"));
    cluster.expire();
    List<OAuthToken> later = new ArrayList<>();
    cluster.store.beforeReplace =
        () -> {
          cluster.store.beforeReplace = () -> {};
          leasesWorkAgain();
          later.add(other.getAccessToken(cluster.code("amy")));
        };
    leasesFail();

    assertThat(one.getValidToken(openid)).isEqualTo(later.get(0));
    assertThat(cluster.stored(openid)).isEqualTo(later.get(0));
  }

  @Test
  void aStoreThatIsUnreachableAltogetherFailsARefreshWithoutACallToWeChat() {
    one.getAccessToken(cluster.code("amy"));
    cluster.expire();
    cluster.store.beforeLease =
        () -> {
          cluster.store.goAway();
          throw new LeaseUnavailableException("unreachable", null);
        };

    assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(TokenStoreException.class);
    assertThat(cluster.refreshes()).isZero();
  }

  @Test
  void aCodeIsNotSentToWeChatAndIsStillGoodAfterwards() {
    String code = cluster.code("amy");
    leasesFail();

    assertThatThrownBy(() -> one.getAccessToken(code))
        .isInstanceOf(LeaseUnavailableException.class);
    assertThat(exchanges()).isZero();

    leasesWorkAgain();

    assertThat(one.getAccessToken(code)).isEqualTo(cluster.stored(openid));
  }

  @Test
  void ofManyCallbacksWithOneStateNoneIsTrustedAndTheStateIsStillGoodAfterwards() {
    String state = one.newState(SESSION);
    leasesFail();
    AtomicInteger number = new AtomicInteger();

    for (CompletableFuture<VerifiedState> use :
        together(20, () -> one.verifyState(state, SESSION, "code-" + number.incrementAndGet()))) {
      assertThatThrownBy(use::join).hasCauseInstanceOf(LeaseUnavailableException.class);
    }

    leasesWorkAgain();

    assertThat(one.verifyState(state, SESSION, "code").isRepeat()).isFalse();
  }

  /** The leases of a use are the turn, the state's and the pair's. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aStateThatWasUsedIsNotTrustedAgainWhereALeaseFailsHalfway(int failing) {
    String state = one.newState(SESSION);
    one.verifyState(state, SESSION, "code");
    AtomicInteger leases = new AtomicInteger();
    cluster.store.beforeLease =
        () -> {
          if (leases.incrementAndGet() == failing) {
            throw new LeaseUnavailableException("the right was revoked", null);
          }
        };
    assertThatThrownBy(() -> other.verifyState(state, SESSION, "another"))
        .isInstanceOf(LeaseUnavailableException.class);

    leasesWorkAgain();

    assertThatThrownBy(() -> other.verifyState(state, SESSION, "another"))
        .isInstanceOf(InvalidStateException.class);
  }

  // The store cannot lease at all

  /** The views between the client and the store. */
  private enum View {
    NONE,
    SCOPED,
    ENCRYPTED,
    SCOPED_AND_ENCRYPTED,
    ENCRYPTED_AND_SCOPED;

    TokenStore of(TokenStore store) {
      return switch (this) {
        case NONE -> store;
        case SCOPED -> TokenStores.scoped(store, "wx1");
        case ENCRYPTED -> TokenStores.encrypted(store, cipher());
        case SCOPED_AND_ENCRYPTED -> TokenStores.encrypted(SCOPED.of(store), cipher());
        case ENCRYPTED_AND_SCOPED -> TokenStores.scoped(ENCRYPTED.of(store), "wx1");
      };
    }

    private static TokenCipher cipher() {
      return AesGcmTokenCipher.builder("k1", new byte[32]).build();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aStateIsNotTrustedWhereEveryLeaseIsGranted(View view) {
    everyLeaseIsGranted();
    for (boolean listens : new boolean[] {false, true}) {
      try (WeChatOAuth client =
          cluster.process(
              b -> {
                b.store(view.of(cluster.store));
                return listens ? b.listener(new EventLog()) : b;
              })) {
        String state = client.newState(SESSION);
        for (int use = 0; use < 3; use++) {
          String code = "code-" + use;
          assertThatExceptionOfType(TokenStoreException.class)
              .isThrownBy(() -> client.verifyState(state, SESSION, code))
              .withMessageStartingWith(
                  "cannot check whether the state was used before: the store cannot lease. Create");
        }
      }
    }
  }

  @Test
  void aStoreOfAThirdPartyWithoutLeasesFailsTheCheckOfAState() {
    TokenStore bare = new BareTokenStore();
    WeChatOAuth client = cluster.process(b -> b.store(bare));
    String state = client.newState(SESSION);

    assertThatThrownBy(() -> client.verifyState(state, SESSION, "code"))
        .isExactlyInstanceOf(TokenStoreException.class);
  }

  @Test
  void aRefreshGoesOnWhereTheStoreCannotLease() {
    one.getAccessToken(cluster.code("amy"));
    cluster.expire();
    everyLeaseIsGranted();

    assertThat(isAlive(one.getValidToken(openid))).isTrue();
    assertThat(cluster.refreshes()).isEqualTo(1);
  }

  @Test
  void aCodeIsExchangedWhereTheStoreCannotLeaseAndWeChatRefusesTheSecondProcess() {
    everyLeaseIsGranted();
    String code = cluster.code("amy");

    List<CompletableFuture<OAuthToken>> here = together(8, () -> one.getAccessToken(code));

    here.forEach(call -> assertThat(call.join()).isEqualTo(cluster.stored(openid)));
    assertThat(exchanges()).isEqualTo(1);
    assertThatThrownBy(() -> other.getAccessToken(code))
        .isInstanceOf(CodeAlreadyUsedException.class);
    assertThat(exchanges()).isEqualTo(2);
  }

  // Two functions

  private final Map<String, OAuthToken> tokens = new ConcurrentHashMap<>();

  private WeChatOAuth hooks() {
    return cluster.process(
        b ->
            b.hooks(
                id -> Optional.ofNullable(tokens.get(id)), (id, token) -> tokens.put(id, token)));
  }

  @Test
  void withTwoFunctionsAStateIsGoodForOneCodeInThisProcess() {
    WeChatOAuth client = hooks();
    String state = client.newState(SESSION, "/orders");

    assertThat(client.verifyState(state, SESSION, "code"))
        .isEqualTo(new VerifiedState(false, "/orders"));
    assertThat(client.verifyState(state, SESSION, "code"))
        .isEqualTo(new VerifiedState(true, "/orders"));
    assertThatThrownBy(() -> client.verifyState(state, SESSION, "another"))
        .isInstanceOf(InvalidStateException.class)
        .hasMessageContaining("used with another code");
    assertThat(client.verifyState(state, SESSION, "code").isRepeat()).isTrue();
  }

  @Test
  void withTwoFunctionsOneOfManyUsesWithDifferentCodesSucceeds() {
    WeChatOAuth client = hooks();
    String state = client.newState(SESSION);
    AtomicInteger number = new AtomicInteger();

    List<CompletableFuture<VerifiedState>> uses =
        together(200, () -> client.verifyState(state, SESSION, "code-" + number.incrementAndGet()));

    assertThat(uses.stream().filter(LeaseOutageTest::succeeds)).hasSize(1);
  }

  private static boolean succeeds(CompletableFuture<?> use) {
    return use.handle((value, failure) -> failure == null).join();
  }

  @Test
  void withTwoFunctionsAnotherProcessDoesNotKnowWhatWasUsed() {
    String state = one.newState(SESSION);

    assertThat(hooks().verifyState(state, SESSION, "code").isRepeat()).isFalse();
    assertThat(hooks().verifyState(state, SESSION, "another").isRepeat()).isFalse();
  }

  @Test
  void whatWasUsedIsRememberedUntilNoClockTakesTheStateAnyMore() {
    UsedStates used = new UsedStates(cluster.weChat.clock(), Duration.ofMinutes(15));
    cluster.weChat.clock().freeze();
    used.use("state", "code");
    cluster.weChat.clock().advance(Duration.ofMinutes(15).minusMillis(1));
    used.use("another", "code");

    assertThat(used.use("state", "other code")).isEqualTo("code");
  }

  @Test
  void ofMoreThanAHundredThousandUsedStatesTheOldestAreForgotten() {
    UsedStates used = new UsedStates(cluster.weChat.clock(), Duration.ofMinutes(15));
    for (int state = 0; state <= UsedStates.AT_MOST; state++) {
      used.use("state" + state, "code");
    }

    assertThat(used.use("state1", "code")).isEqualTo("code");
    assertThat(used.use("state0", "code")).isNull();
  }

  private boolean isAlive(OAuthToken token) {
    return other.verifyToken(openid, String.valueOf(token.accessToken()));
  }
}
