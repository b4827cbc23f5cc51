package io.github.wxtoken;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.Fault;
import io.github.wxtoken.simulator.Switch;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A login returns the stored grant instead of its own only where WeChat takes the stored one and
 * refuses the new one: the stored one is then of a later login.
 */
class SupersededGrantTest {
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

  private void nextChecksAreAnswered(Fault fault, int times) {
    cluster.weChat.faults().add(Endpoint.AUTH, fault.times(times));
  }

  private void assertKept(OAuthToken token) {
    assertThat(cluster.stored(openid)).isEqualTo(token);
    cluster.weChat.faults().clear();
    assertThat(isAlive(token)).isTrue();
  }

  private boolean isAlive(OAuthToken token) {
    return other.verifyToken(openid, String.valueOf(token.accessToken()));
  }

  @ParameterizedTest
  @ValueSource(ints = {40001, 40003, 40014, 42001})
  void aNewGrantThatWeChatRefusesOnceIsKept(int errcode) {
    OAuthToken before = login();
    nextChecksAreAnswered(Fault.errcode(errcode), 1);

    OAuthToken granted = login();

    assertThat(granted).isNotEqualTo(before);
    assertKept(granted);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aNewGrantIsKeptWhereWeChatRefusesTheStoredOneToo(int refusals) {
    login();
    nextChecksAreAnswered(Fault.errcode(40001), refusals);

    assertKept(login());
  }

  @Test
  void aNewGrantThatWeChatRefusesOnceIsKeptAlthoughTheOlderOneStillLives() {
    OAuthToken before = login();
    cluster.behaviour().set(Switch.EXCHANGE_SUPERSEDES, false);
    nextChecksAreAnswered(Fault.errcode(40014), 1);

    OAuthToken granted = login();

    assertThat(isAlive(before)).isTrue();
    assertKept(granted);
  }

  @Test
  void aNewGrantIsKeptWhereTheStoredOneIsASessionWithoutAnAccessToken() {
    OAuthToken before = login();
    cluster.store.saveToken(
        openid,
        before.toBuilder().accessToken(null).sessionKey("tiihtNczf5v6AKRyjwEUhQ==").build());
    nextChecksAreAnswered(Fault.errcode(40001), 1);

    assertKept(login());
  }

  @Test
  void theStoredGrantIsReturnedWhereItIsOfALaterLogin() {
    AtomicReference<OAuthToken> later = new AtomicReference<>();
    cluster.store.beforeSaveIfAbsent =
        () -> {
          cluster.store.beforeSaveIfAbsent = () -> {};
          later.set(other.getAccessToken(cluster.code("amy")));
        };

    assertThat(login()).isEqualTo(later.get());
    assertKept(cluster.stored(openid));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 45009, 45011, 48001, 40013})
  void withoutWeChatsWordOnTheStoredOneTheNewGrantIsHandedOver(int errcode) {
    OAuthToken before = login();
    nextChecksAreAnswered(Fault.errcode(40001), 1);
    nextChecksAreAnswered(Fault.errcode(errcode), 1);

    assertThatThrownBy(this::login)
        .asInstanceOf(type(TokenNotSavedException.class))
        .satisfies(e -> assertThat(e.token()).isNotEqualTo(before))
        .satisfies(e -> assertThat(isAlive(e.token())).isTrue());
    assertThat(cluster.stored(openid)).isEqualTo(before);
  }

  /** The later grant has expired in the same pause, but its refresh token may live. */
  @Test
  void aGrantThatExpiredBeforeItWasSavedReplacesNoLaterLogin() {
    AtomicReference<OAuthToken> later = new AtomicReference<>();
    cluster.store.beforeSaveIfAbsent =
        () -> {
          cluster.store.beforeSaveIfAbsent = () -> {};
          later.set(other.getAccessToken(cluster.code("amy")));
          cluster.weChat.clock().advance(Duration.ofHours(3));
        };

    assertThatThrownBy(this::login)
        .isInstanceOf(TokenNotSavedException.class)
        .hasMessageContaining("it expired before it could be saved");
    assertThat(cluster.stored(openid)).isEqualTo(later.get());
    assertThat(one.getUser(openid).openid()).isEqualTo(openid);
  }
}
