package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.start;
import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.TestCluster.Running;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Gate;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A store that goes away at each point of a call: what is served, what fails, and what WeChat is
 * asked meanwhile. What real servers do is shown by the suites of faults.
 */
class StoreOutageTest {
  private final TestCluster cluster = new TestCluster();
  private final WeChatOAuth one = cluster.process();
  private final WeChatOAuth other = cluster.process();
  private final String openid = cluster.openid("amy");

  @AfterEach
  void close() {
    cluster.close();
  }

  private OAuthToken login() {
    return one.getAccessToken(cluster.code("amy"));
  }

  private OAuthToken loginAndExpire() {
    OAuthToken token = login();
    cluster.expire();
    return token;
  }

  private static TokenStoreException died() {
    return new TokenStoreException("the store died", null);
  }

  /** Has the store die when a client reads for the nth time from now on. */
  private void dieAtRead(int nth) {
    AtomicInteger reads = new AtomicInteger();
    cluster.store.beforeGet =
        () -> {
          if (reads.incrementAndGet() == nth) {
            cluster.store.goAway();
            throw died();
          }
        };
  }

  private boolean isFresh(OAuthToken token) {
    return token.isValid(cluster.weChat.clock().instant());
  }

  private void assertThatTheLeaseIsFree() {
    cluster.store.comeBack();
    assertThat(cluster.store.tryLease("refresh:" + openid, TestCluster.LIFE)).isPresent();
  }

  @Test
  void beforeTheFirstReadAllFailWithoutACallToWeChat() {
    loginAndExpire();
    cluster.store.goAway();

    for (CompletableFuture<OAuthToken> call : together(32, () -> one.getValidToken(openid))) {
      assertThatThrownBy(call::join).hasCauseInstanceOf(TokenStoreException.class);
    }
    assertThat(cluster.refreshes()).isZero();
  }

  @Test
  void beforeTheLeaseTheNextReadSaysSoWithoutACallToWeChat() {
    loginAndExpire();
    cluster.store.beforeLease =
        () -> {
          cluster.store.goAway();
          throw died();
        };

    assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(TokenStoreException.class);
    assertThat(cluster.refreshes()).isZero();
  }

  @Test
  void betweenTheLeaseAndTheSecondReadWeChatIsNotAsked() {
    loginAndExpire();
    dieAtRead(2);

    assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(TokenStoreException.class);
    assertThat(cluster.refreshes()).isZero();
    assertThatTheLeaseIsFree();
  }

  @Test
  void afterTheFirstReadATokenThatIsStillValidIsServed() {
    OAuthToken token = login();
    cluster.nearlyExpire();
    dieAtRead(2);

    assertThat(one.getValidToken(openid)).isEqualTo(token);
    assertThat(cluster.refreshes()).isZero();
  }

  @Test
  void afterARefusalItIsTheRefusalThatIsTold() {
    loginAndExpire();
    cluster.weChat.revoke(WeChatSimulator.APPID, "amy");
    dieAtRead(3);

    assertThatThrownBy(() -> one.getValidToken(openid))
        .isInstanceOf(ReauthorizationRequiredException.class);
    assertThatTheLeaseIsFree();
  }

  @Test
  void afterWeChatsAnswerAllWhoWaitAreServed() throws Exception {
    loginAndExpire();
    try (Gate gate = cluster.weChat.faults().hold(Endpoint.REFRESH)) {
      List<Running<OAuthToken>> callers =
          IntStream.range(0, 16).mapToObj(i -> start(() -> one.getValidToken(openid))).toList();
      callers.forEach(caller -> TestCluster.awaitFrame(caller.thread(), Workers.class));
      assertThat(gate.awaitArrivals(1, Duration.ofSeconds(60))).isTrue();
      cluster.store.goAway();
      gate.release();

      assertThat(callers)
          .allSatisfy(caller -> assertThat(isFresh(caller.result().join())).isTrue());
    }
    assertThat(cluster.refreshes()).isEqualTo(1);
  }

  @Test
  void afterWeChatsAnswerAndTheDeathOfTheProcessTheNextRefreshRecoversTheUser() {
    OAuthToken old = loginAndExpire();
    // A process of its own whose store never comes back: it dies with what WeChat granted.
    StoreDouble lost = new StoreDouble(cluster.store);
    lost.beforeReplace =
        () -> {
          lost.goAway();
          throw died();
        };
    OAuthToken granted;
    try (WeChatOAuth dying = cluster.process(b -> b.store(lost))) {
      granted = dying.getValidToken(openid);
      assertThat(isFresh(granted)).isTrue();
    }
    assertThat(cluster.stored(openid)).isEqualTo(old);

    OAuthToken recovered = other.getValidToken(openid);

    assertThat(isFresh(recovered)).isTrue();
    assertThat(other.verifyToken(openid, String.valueOf(recovered.accessToken()))).isTrue();
    assertThat(cluster.stored(openid)).isEqualTo(recovered);
    assertThat(cluster.refreshes()).as("one call more, and no login").isEqualTo(2);
    assertThat(cluster.weChat.counters().calls(Endpoint.EXCHANGE)).isEqualTo(1);
  }

  @Test
  void afterItIsBackTheFirstCallSucceeds() {
    loginAndExpire();
    cluster.store.goAway();
    assertThatThrownBy(() -> one.getValidToken(openid)).isInstanceOf(TokenStoreException.class);

    cluster.store.comeBack();

    assertThat(isFresh(one.getValidToken(openid))).isTrue();
    assertThat(cluster.refreshes()).isEqualTo(1);
  }

  @Test
  void aLoginFailsBeforeItsCodeIsUsedOrHandsTheTokenOver() {
    String code = cluster.code("amy");
    cluster.store.goAway();
    assertThatThrownBy(() -> one.getAccessToken(code)).isInstanceOf(TokenStoreException.class);
    assertThat(cluster.weChat.counters().calls(Endpoint.EXCHANGE)).isZero();

    cluster.store.comeBack();
    dieAtRead(1);

    assertThatThrownBy(() -> one.getAccessToken(code))
        .isInstanceOfSatisfying(
            TokenNotSavedException.class, e -> assertThat(isFresh(e.token())).isTrue());
  }
}
