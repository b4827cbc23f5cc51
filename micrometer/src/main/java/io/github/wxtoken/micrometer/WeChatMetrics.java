package io.github.wxtoken.micrometer;

import io.github.wxtoken.CallbackResult;
import io.github.wxtoken.WeChatOAuthListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Records what clients do as meters of a registry: pass it to {@link
 * io.github.wxtoken.WeChatOAuth.Builder#listener}. One instance serves all clients of a process.
 *
 * <p>Every meter has the tag {@code appid}. No meter has an openid. The values of each tag are
 * limited: of more than {@value #MAX_APPIDS} apps or {@value #MAX_ERRCODES} error codes, the later
 * ones share the value {@code other}. The names of the meters are in the README of this module.
 *
 * <p>Thread-safe.
 */
public final class WeChatMetrics implements WeChatOAuthListener {
  /** The most apps with an {@code appid} of their own. */
  public static final int MAX_APPIDS = 32;

  /** The most error codes of WeChat with an {@code errcode} of their own. */
  public static final int MAX_ERRCODES = 64;

  /** The buckets of the latencies, for percentiles over many processes. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(3),
    Duration.ofMillis(10),
    Duration.ofMillis(30),
    Duration.ofMillis(100),
    Duration.ofMillis(300),
    Duration.ofSeconds(1),
    Duration.ofSeconds(3),
    Duration.ofSeconds(10)
  };

  private final MeterRegistry registry;
  private final TagValues appids = new TagValues(MAX_APPIDS);
  private final TagValues errcodes = new TagValues(MAX_ERRCODES);
  private final Map<String, AtomicLong> skews = new ConcurrentHashMap<>();

  /**
   * Records in this registry.
   *
   * @param registry the registry
   * @throws IllegalArgumentException if it is null
   */
  public WeChatMetrics(MeterRegistry registry) {
    if (registry == null) {
      throw new IllegalArgumentException("registry must not be null");
    }
    this.registry = registry;
  }

  @Override
  public void weChatCalled(String appid, Endpoint endpoint, int errcode, Duration took) {
    String answer = errcode == NO_ANSWER ? "none" : errcodes.limited(String.valueOf(errcode));
    record(
        "wxtoken.wechat.calls",
        "Calls to WeChat",
        app(appid).and("endpoint", lower(endpoint), "errcode", answer),
        took);
  }

  @Override
  public void callbackHandled(
      String appid, SignInOutcome outcome, CallbackResult.@Nullable Reason reason, Duration took) {
    record(
        "wxtoken.callbacks",
        "Callbacks of WeChat that were handled",
        app(appid)
            .and("outcome", lower(outcome), "reason", reason == null ? "none" : lower(reason)),
        took);
  }

  @Override
  public void codeExchanged(String appid, ExchangeOutcome outcome, Duration took) {
    record(
        "wxtoken.exchanges",
        "Exchanges of a code for a token or a session",
        app(appid).and("outcome", lower(outcome)),
        took);
  }

  @Override
  public void profileRead(String appid, String openid, ProfileOutcome outcome, Duration took) {
    record(
        "wxtoken.profiles",
        "Reads of a user's profile",
        app(appid).and("outcome", lower(outcome)),
        took);
  }

  @Override
  public void refreshed(
      String appid, @Nullable String openid, RefreshOutcome outcome, Duration took) {
    record(
        "wxtoken.refreshes",
        "Refreshes of a user's token",
        app(appid).and("outcome", lower(outcome)),
        took);
  }

  @Override
  public void fetched(
      String appid, AppRecord what, FetchReason reason, FetchOutcome outcome, Duration took) {
    record(
        "wxtoken.app.fetches",
        "Fetches of the app's own access token and tickets",
        app(appid).and("record", lower(what), "reason", lower(reason), "outcome", lower(outcome)),
        took);
  }

  @Override
  public void compareAndSetLost(String appid, String openid) {
    count("wxtoken.cas.lost", "Compare-and-sets that another write preceded", app(appid));
  }

  @Override
  public void leaseWaited(String appid, String openid, Duration waited) {
    record("wxtoken.lease.waits", "Waits for a refresh by another process", app(appid), waited);
  }

  @Override
  public void unsaved(String appid, String openid, UnsavedToken what) {
    count(
        "wxtoken.unsaved",
        "Steps of refreshed tokens that the store did not take at first",
        app(appid).and("step", lower(what)));
  }

  @Override
  public void storeAnswered(String appid, StoreOperation operation, Duration took) {
    stored(appid, operation, "none", took);
  }

  @Override
  public void storeFailed(
      String appid,
      StoreOperation operation,
      Duration took,
      Class<? extends RuntimeException> failure) {
    stored(appid, operation, failure.getSimpleName(), took);
  }

  private void stored(String appid, StoreOperation operation, String exception, Duration took) {
    record(
        "wxtoken.store.operations",
        "Operations of the store",
        app(appid).and("operation", lower(operation), "exception", exception),
        took);
  }

  @Override
  public void codeReplayed(String appid, CodeReplay by) {
    count(
        "wxtoken.code.replays",
        "Codes that came a second time",
        app(appid).and("answered", lower(by)));
  }

  @Override
  public void clockCompared(String appid, Duration ahead) {
    skews.computeIfAbsent(appids.limited(appid), this::skewOf).set(ahead.toMillis());
  }

  private AtomicLong skewOf(String appid) {
    AtomicLong millis = new AtomicLong();
    TimeGauge.builder("wxtoken.clock.skew", millis, TimeUnit.MILLISECONDS, AtomicLong::get)
        .description("Time by which the clock of this machine is ahead of WeChat's")
        .tags("appid", appid)
        .register(registry);
    return millis;
  }

  private Tags app(String appid) {
    return Tags.of("appid", appids.limited(appid));
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private void record(String name, String description, Tags tags, Duration took) {
    Timer.builder(name)
        .description(description)
        .tags(tags)
        .serviceLevelObjectives(BUCKETS)
        .register(registry)
        .record(took);
  }

  private void count(String name, String description, Tags tags) {
    Counter.builder(name).description(description).tags(tags).register(registry).increment();
  }
}
