package io.github.wxtoken.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.CallbackResult.Reason;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.WeChatOAuthListener;
import io.github.wxtoken.WeChatOAuthListener.AppRecord;
import io.github.wxtoken.WeChatOAuthListener.CodeReplay;
import io.github.wxtoken.WeChatOAuthListener.Endpoint;
import io.github.wxtoken.WeChatOAuthListener.ExchangeOutcome;
import io.github.wxtoken.WeChatOAuthListener.FetchOutcome;
import io.github.wxtoken.WeChatOAuthListener.FetchReason;
import io.github.wxtoken.WeChatOAuthListener.ProfileOutcome;
import io.github.wxtoken.WeChatOAuthListener.RefreshOutcome;
import io.github.wxtoken.WeChatOAuthListener.SignInOutcome;
import io.github.wxtoken.WeChatOAuthListener.StoreOperation;
import io.github.wxtoken.WeChatOAuthListener.UnsavedToken;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The meters: README.md#meters. */
@SuppressWarnings("NullAway") // the arguments of any method, made by reflection
class WeChatMetricsTest {
  private static final Duration TOOK = Duration.ofMillis(20);
  private static final String OPENID = "oOpenidOfAmy";

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final WeChatMetrics metrics = new WeChatMetrics(registry);

  private void assertTimed(String name, String... tags) {
    assertThat(
            registry
                .get(name)
                .tag("appid", "wx1")
                .tags(tags)
                .timer()
                .totalTime(TimeUnit.MILLISECONDS))
        .isEqualTo(20);
  }

  private void assertCounted(String name, String... tags) {
    assertThat(registry.get(name).tag("appid", "wx1").tags(tags).counter().count()).isEqualTo(1);
  }

  @Test
  void aCallToWeChatIsTimedByEndpointAndErrcode() {
    metrics.weChatCalled("wx1", Endpoint.USERINFO, 0, TOOK);
    metrics.weChatCalled("wx1", Endpoint.ACCESS_TOKEN, 40029, TOOK);
    metrics.weChatCalled("wx1", Endpoint.ACCESS_TOKEN, WeChatOAuthListener.NO_ANSWER, TOOK);

    assertTimed("wxtoken.wechat.calls", "endpoint", "userinfo", "errcode", "0");
    assertTimed("wxtoken.wechat.calls", "endpoint", "access_token", "errcode", "40029");
    assertTimed("wxtoken.wechat.calls", "endpoint", "access_token", "errcode", "none");
  }

  @Test
  void aCallbackIsTimedByOutcomeAndReason() {
    metrics.callbackHandled("wx1", SignInOutcome.SIGNED_IN, null, TOOK);
    metrics.callbackHandled("wx1", SignInOutcome.START_AGAIN, Reason.STATE_EXPIRED, TOOK);

    assertTimed("wxtoken.callbacks", "outcome", "signed_in", "reason", "none");
    assertTimed("wxtoken.callbacks", "outcome", "start_again", "reason", "state_expired");
  }

  @Test
  void exchangesProfilesAndRefreshesAreTimedByOutcome() {
    metrics.codeExchanged("wx1", ExchangeOutcome.NOT_SAVED, TOOK);
    metrics.profileRead("wx1", OPENID, ProfileOutcome.READ, TOOK);
    metrics.refreshed("wx1", OPENID, RefreshOutcome.REAUTHORIZATION_REQUIRED, TOOK);

    assertTimed("wxtoken.exchanges", "outcome", "not_saved");
    assertTimed("wxtoken.profiles", "outcome", "read");
    assertTimed("wxtoken.refreshes", "outcome", "reauthorization_required");
  }

  @Test
  void aFetchOfTheAppsOwnTokenIsTimedByRecordReasonAndOutcome() {
    metrics.fetched("wx1", AppRecord.ACCESS_TOKEN, FetchReason.AHEAD, FetchOutcome.FETCHED, TOOK);

    assertTimed(
        "wxtoken.app.fetches", "record", "access_token", "reason", "ahead", "outcome", "fetched");
  }

  @Test
  void anOperationOfTheStoreIsTimedByOperationAndException() {
    metrics.storeAnswered("wx1", StoreOperation.GET_TOKEN, TOOK);
    metrics.storeFailed("wx1", StoreOperation.TRY_LEASE, TOOK, LeaseUnavailableException.class);

    assertTimed("wxtoken.store.operations", "operation", "get_token", "exception", "none");
    assertTimed(
        "wxtoken.store.operations",
        "operation",
        "try_lease",
        "exception",
        "LeaseUnavailableException");
  }

  @Test
  void waitsLossesUnsavedTokensAndRepeatedCodesAreCounted() {
    metrics.leaseWaited("wx1", OPENID, TOOK);
    metrics.compareAndSetLost("wx1", OPENID);
    metrics.unsaved("wx1", OPENID, UnsavedToken.QUEUED);
    metrics.codeReplayed("wx1", CodeReplay.TURNED_AWAY);

    assertTimed("wxtoken.lease.waits");
    assertCounted("wxtoken.cas.lost");
    assertCounted("wxtoken.unsaved", "step", "queued");
    assertCounted("wxtoken.code.replays", "answered", "turned_away");
  }

  @Test
  void theClockSkewIsTheLastOneThatWasSeen() {
    metrics.clockCompared("wx1", Duration.ofSeconds(40));
    metrics.clockCompared("wx1", Duration.ofSeconds(-3));

    assertThat(
            registry
                .get("wxtoken.clock.skew")
                .tag("appid", "wx1")
                .timeGauge()
                .value(TimeUnit.SECONDS))
        .isEqualTo(-3);
  }

  /** Fails for an event that is added to the listener and not to the meters. */
  @Test
  void everyEventIsAMeter() throws ReflectiveOperationException {
    for (Method event : WeChatOAuthListener.class.getMethods()) {
      SimpleMeterRegistry fresh = new SimpleMeterRegistry();
      event.invoke(new WeChatMetrics(fresh), argumentsOf(event));

      assertThat(fresh.getMeters()).as(event.getName()).isNotEmpty();
    }
  }

  @Test
  void theReadmeNamesEveryMeter() throws Exception {
    for (Method event : WeChatOAuthListener.class.getMethods()) {
      event.invoke(metrics, argumentsOf(event));
    }
    String readme = Files.readString(Path.of("README.md"));

    assertThat(registry.getMeters())
        .extracting(meter -> meter.getId().getName())
        // Buckets are meters of their own in this registry.
        .filteredOn(name -> !name.endsWith(".histogram"))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(readme).contains("| `" + name + "` |"));
  }

  @Test
  void noTagHasAnOpenid() throws ReflectiveOperationException {
    for (Method event : WeChatOAuthListener.class.getMethods()) {
      event.invoke(metrics, argumentsOf(event));
    }

    assertThat(registry.getMeters())
        .flatExtracting(meter -> meter.getId().getTags())
        .extracting(Tag::getValue)
        .contains("wx1")
        .noneMatch(value -> value.contains(OPENID));
  }

  private static @Nullable Object[] argumentsOf(Method event) {
    Object[] arguments =
        Arrays.stream(event.getParameterTypes()).map(WeChatMetricsTest::argument).toArray();
    arguments[0] = "wx1";
    return arguments;
  }

  private static @Nullable Object argument(Class<?> type) {
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    return type == Duration.class
        ? TOOK
        : type == Class.class ? IllegalStateException.class : type == int.class ? 0 : OPENID;
  }

  @Test
  void appsAndErrcodesBeyondTheLimitShareOneValue() {
    IntStream.range(0, 1000)
        .forEach(i -> metrics.weChatCalled("wx" + i, Endpoint.AUTH, 50000 + i, TOOK));

    assertThat(valuesOf("appid")).hasSize(WeChatMetrics.MAX_APPIDS + 1).contains("other", "wx0");
    assertThat(valuesOf("errcode")).hasSize(WeChatMetrics.MAX_ERRCODES + 1).contains("other");
  }

  private List<String> valuesOf(String tag) {
    return registry.getMeters().stream()
        .map(Meter::getId)
        .map(id -> id.getTag(tag))
        .distinct()
        .toList();
  }

  @Test
  void aSignInOfAClientIsSeen() {
    try (WeChatSimulator weChat = WeChatSimulator.start();
        WeChatOAuth oauth =
            WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
                .apiEndpoint(weChat.uri())
                .clock(weChat.clock())
                .listener(metrics)
                .build()) {
      oauth.getUserByCode(weChat.authorize(WeChatSimulator.APPID, "amy", "snsapi_userinfo"));
    }

    assertThat(registry.get("wxtoken.exchanges").tag("outcome", "exchanged").timer().count())
        .isEqualTo(1);
    assertThat(registry.get("wxtoken.wechat.calls").tag("errcode", "0").timers()).hasSize(2);
  }

  @Test
  void aRegistryIsRequired() {
    assertThatThrownBy(() -> new WeChatMetrics(null)).hasMessage("registry must not be null");
  }
}
