package io.github.wxtoken;

import static io.github.wxtoken.TestCluster.together;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.simulator.AppKind;
import io.github.wxtoken.simulator.Endpoint;
import io.github.wxtoken.simulator.SimulatorApp;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.MemoryTokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Many apps in one service. */
class WeChatAppsTest {
  private final WeChatSimulator weChat = WeChatSimulator.start();
  private final StoreDouble store = new StoreDouble(new MemoryTokenStore());
  private final Map<String, AppCredentials> accounts = new ConcurrentHashMap<>();
  private final AtomicInteger lookUps = new AtomicInteger();
  private volatile Runnable beforeLookUp = () -> {};
  private final WeChatApps apps = service();

  private WeChatApps service() {
    return WeChatApps.builder(
            appid -> {
              lookUps.incrementAndGet();
              beforeLookUp.run();
              return accounts.get(appid);
            })
        .store(store)
        .apiEndpoint(weChat.uri())
        .openEndpoint(weChat.uri())
        .clock(weChat.clock())
        .build();
  }

  @AfterEach
  void close() {
    apps.close();
    weChat.close();
  }

  private void serve(String appid, String secret, AppKind kind) {
    weChat.addApp(SimulatorApp.of(appid, secret, kind));
    boolean mini = kind == AppKind.MINI_PROGRAM;
    accounts.put(appid, new AppCredentials(secret, mini, AppTokenMode.STABLE));
  }

  @Test
  void eachAppHasItsOwnTokenAndItsOwnUsers() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    serve("wx2", "secret2", AppKind.SERVICE_ACCOUNT);

    assertThat(apps.app("wx1").getAccessToken()).isNotEqualTo(apps.app("wx2").getAccessToken());
    OAuthToken amy = apps.get("wx1").getAccessToken(weChat.authorize("wx1", "amy", "snsapi_base"));
    assertThat(apps.get("wx1").getValidToken(amy.openid())).isEqualTo(amy);
    assertThatThrownBy(() -> apps.get("wx2").getValidToken(amy.openid()))
        .isInstanceOf(NoTokenException.class);
  }

  @Test
  void recordsStandUnderThePrefixOfTheirApp() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    apps.app("wx1").getAccessToken();
    OAuthToken amy = apps.get("wx1").getAccessToken(weChat.authorize("wx1", "amy", "snsapi_base"));

    assertThat(store.getToken("wx1:app:wx1")).isPresent();
    assertThat(store.getToken("wx1:" + amy.openid())).isPresent();
    try (Stream<OAuthToken> users = store.users()) {
      assertThat(users).extracting(OAuthToken::openid).containsExactly("wx1:" + amy.openid());
    }
  }

  @Test
  void recordsMayBeSharedWithAClientOfOneApp() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    WeChatApps plain =
        WeChatApps.builder(accounts::get)
            .store(store)
            .apiEndpoint(weChat.uri())
            .clock(weChat.clock())
            .scopedRecords(false)
            .build();
    WeChatApp one =
        WeChatApp.builder("wx1", "secret1")
            .store(store)
            .apiEndpoint(weChat.uri())
            .clock(weChat.clock())
            .build();
    try (plain;
        one) {
      assertThat(plain.app("wx1").getAccessToken()).isEqualTo(one.getAccessToken());
      assertThat(weChat.counters().appTokenFetches("wx1")).isEqualTo(1);
    }
  }

  @Test
  void anAppIsTheSameObjectForAllThreads() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);

    List<WeChatApp> all = together(32, () -> apps.app("wx1")).stream().map(f -> f.join()).toList();

    assertThat(all).containsOnly(apps.app("wx1"));
    assertThat(apps.get("wx1").app()).isSameAs(apps.app("wx1"));
  }

  @Test
  void aMiniProgramIsOne() {
    serve("wxmini", "minisecret", AppKind.MINI_PROGRAM);

    OAuthToken session = apps.get("wxmini").getSessionKey(weChat.miniProgramLogin("wxmini", "amy"));

    assertThat(session.sessionKey()).isNotNull();
    assertThat(apps.app("wxmini").getAccessToken().value()).isNotBlank();
  }

  @Test
  void aSecretThatIsResetFailsNoCall() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    apps.app("wx1");
    weChat.addApp(SimulatorApp.of("wx1", "secret2", AppKind.SERVICE_ACCOUNT));
    accounts.put("wx1", AppCredentials.of("secret2"));

    assertThat(apps.app("wx1").getAccessToken().value()).isNotBlank();
    assertThat(apps.get("wx1").getAccessToken(weChat.authorize("wx1", "amy", "snsapi_base")))
        .isNotNull();
    assertThat(lookUps).as("at the start, and when WeChat refused the secret").hasValue(2);
  }

  @Test
  void aSecretIsLookedUpAgainAfterAMinute() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    apps.app("wx1");
    weChat.addApp(SimulatorApp.of("wx1", "secret2", AppKind.SERVICE_ACCOUNT));
    accounts.put("wx1", AppCredentials.of("secret2"));
    weChat.clock().advance(Duration.ofMinutes(1));

    assertThat(apps.app("wx1").getAccessToken().value()).isNotBlank();
    assertThat(weChat.counters().errors(Endpoint.STABLE_TOKEN, 40125)).isZero();
  }

  @Test
  void aSecretThatCannotBeLookedUpStaysInUse() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    apps.app("wx1");
    beforeLookUp =
        () -> {
          throw new IllegalStateException("the application's database is unreachable");
        };
    weChat.clock().advance(Duration.ofMinutes(1));

    assertThat(apps.app("wx1").getAccessToken().value()).isNotBlank();
    assertThat(lookUps).as("at the start, and once after a minute").hasValue(2);
  }

  @Test
  void aLookUpThatFailsAfterARefusalLeavesTheRefusalWhichIsRemembered() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    WeChatApp app = apps.app("wx1");
    weChat.addApp(SimulatorApp.of("wx1", "secret2", AppKind.SERVICE_ACCOUNT));
    beforeLookUp =
        () -> {
          throw new IllegalStateException("the application's database is unreachable");
        };

    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(app::getAccessToken)
          .isInstanceOfSatisfying(
              WeChatApiException.class, refusal -> assertThat(refusal.errcode()).isEqualTo(40125));
    }

    assertThat(lookUps).as("at the start, and once after the refusal").hasValue(2);
  }

  @Nested
  class RemovedApps {
    private final WeChatApp held;

    RemovedApps() {
      serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
      held = apps.app("wx1");
      held.getAccessToken();
      accounts.clear();
    }

    @Test
    void isRefusedAfterAMinuteAndItsClientIsDropped() {
      assertThat(apps.app("wx1")).as("for a minute").isSameAs(held);
      weChat.clock().advance(Duration.ofMinutes(1));

      assertThatThrownBy(() -> apps.get("wx1"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the app wx1 is not served");
      assertThat(apps.size()).isZero();
    }

    @Test
    void aClientThatSomeoneHoldsRefusesCallsFromThenOn() {
      weChat.clock().advance(Duration.ofMinutes(1));
      assertThat(catchThrowable(() -> apps.get("wx1"))).isNotNull();

      assertThatThrownBy(held::getAccessToken)
          .as("although its token is valid")
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the app wx1 is not served any more");
    }

    @Test
    void aClientThatSomeoneHoldsRefusesCallsWhenItNeedsTheSecret() {
      weChat.clock().advance(Duration.ofHours(2));

      assertThatThrownBy(held::getAccessToken)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("the app wx1 is not served any more");
      assertThat(weChat.counters().appTokenFetches("wx1")).isEqualTo(1);
    }

    @Test
    void refusedCallsAskTheFunctionOnceAMinute() {
      weChat.clock().advance(Duration.ofHours(2));
      for (int i = 0; i < 3; i++) {
        assertThat(catchThrowable(held::getAccessToken)).isNotNull();
      }

      assertThat(lookUps).as("at the start, and once after it was removed").hasValue(2);
    }

    @Test
    void anAppThatReturnsIsServedAgain() {
      weChat.clock().advance(Duration.ofMinutes(1));
      assertThat(catchThrowable(() -> apps.get("wx1"))).isNotNull();
      accounts.put("wx1", AppCredentials.of("secret1"));

      assertThat(apps.app("wx1").getAccessToken().value()).isNotBlank();
      weChat.clock().advance(Duration.ofMinutes(1));
      assertThat(held.getAccessToken()).isEqualTo(apps.app("wx1").getAccessToken());
    }
  }

  @Test
  void anAppOfAnotherKindGetsAnotherClientAfterAMinute() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    WeChatOAuth account = apps.get("wx1");
    serve("wx1", "secret1", AppKind.MINI_PROGRAM);
    weChat.clock().advance(Duration.ofMinutes(1));

    WeChatOAuth mini = apps.get("wx1");

    assertThat(mini).isNotSameAs(account).isSameAs(apps.get("wx1"));
    assertThat(mini.getSessionKey(weChat.miniProgramLogin("wx1", "amy"))).isNotNull();
  }

  @Test
  void anAppOfAnotherTokenModeGetsAnotherClientAfterAMinute() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    apps.app("wx1");
    accounts.put("wx1", AppCredentials.of("secret1").withTokenMode(AppTokenMode.CLASSIC));
    weChat.clock().advance(Duration.ofMinutes(1));

    apps.app("wx1").getAccessToken();

    assertThat(weChat.counters().calls(Endpoint.TOKEN)).isEqualTo(1);
  }

  @Test
  void aClientThatNobodyAskedForForAnHourIsDroppedWhenAnotherIsMade() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    serve("wx2", "secret2", AppKind.SERVICE_ACCOUNT);
    serve("wx3", "secret3", AppKind.SERVICE_ACCOUNT);
    AppAccessToken token = apps.app("wx1").getAccessToken();
    WeChatApp used = apps.app("wx2");
    weChat.clock().advance(Duration.ofMinutes(59));
    apps.app("wx2");
    weChat.clock().advance(Duration.ofMinutes(3));

    apps.app("wx3");

    assertThat(apps.size()).isEqualTo(2);
    assertThat(apps.app("wx2")).isSameAs(used);
    assertThat(apps.app("wx1").getAccessToken()).as("the token stays stored").isEqualTo(token);
  }

  @Test
  void aStateIsVerifiedByAnotherProcessWithTheSameSecret() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    String state = apps.get("wx1").newState("visitor");
    try (WeChatApps other = service()) {
      assertThat(other.get("wx1").verifyState(state, "visitor", "code").isRepeat()).isFalse();
    }
  }

  @Test
  void anAppThatIsNotServedIsRefusedByName() {
    assertThatThrownBy(() -> apps.get("wx404"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the app wx404 is not served");
  }

  @Test
  void anAppidThatIsNoneCostsNoLookUp() {
    assertThatThrownBy(() -> apps.get("../wx1")).isInstanceOf(IllegalArgumentException.class);

    assertThat(lookUps).hasValue(0);
  }

  @Test
  void anAppThatIsForgottenIsLookedUpAgain() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    AppAccessToken token = apps.app("wx1").getAccessToken();

    apps.forget("wx1");

    assertThat(apps.app("wx1").getAccessToken()).isEqualTo(token);
    assertThat(lookUps).hasValue(2);
  }

  @Test
  void aTokenThatTheStoreDidNotTakeIsSavedAlthoughItsClientIsForgotten() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    store.beforeSaveIfAbsent =
        () -> {
          throw new TokenStoreException("READONLY", null);
        };
    AppAccessToken token = apps.app("wx1").getAccessToken();

    apps.forget("wx1");
    assertThat(apps.size()).isZero();
    store.comeBack();
    apps.close();

    assertThat(store.getToken("wx1:app:wx1")).map(OAuthToken::accessToken).contains(token.value());
  }

  @Test
  void onlyTheServiceItselfClosesItsClients() {
    serve("wx1", "secret1", AppKind.SERVICE_ACCOUNT);
    apps.get("wx1").close();
    apps.app("wx1").close();
    WeChatApp app = apps.app("wx1");
    assertThat(app.getAccessToken().value()).isNotBlank();

    apps.close();
    apps.close();

    assertThatThrownBy(app::getAccessToken).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> apps.get("wx1")).isInstanceOf(IllegalStateException.class);
  }
}
