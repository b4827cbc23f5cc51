package io.github.wxtoken;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A listener that keeps what it is told, durations apart, and does something each time. */
final class EventLog implements WeChatOAuthListener {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Set<String> apps = ConcurrentHashMap.newKeySet();
  private final List<Duration> durations = new CopyOnWriteArrayList<>();
  private final Runnable each;

  EventLog() {
    this(() -> {});
  }

  EventLog(Runnable each) {
    this.each = each;
  }

  List<String> all() {
    return events;
  }

  /** The apps that the events were of. */
  Set<String> apps() {
    return apps;
  }

  /** Returns the events that report neither a store operation nor a call to WeChat. */
  List<String> ofTheClient() {
    return events.stream()
        .filter(event -> !event.startsWith("store") && !event.startsWith("weChatCalled"))
        .toList();
  }

  /** The calls to WeChat. */
  List<String> ofWeChat() {
    return events.stream().filter(event -> event.startsWith("weChatCalled")).toList();
  }

  List<String> ofTheStore() {
    return events.stream().filter(event -> event.startsWith("store")).toList();
  }

  List<Duration> durations() {
    return durations;
  }

  /** Returns when it has been told this so often. */
  void await(String event, int times) {
    while (events.stream().filter(event::equals).count() < times) {
      Thread.onSpinWait();
    }
  }

  private void told(String appid, String event, @Nullable Duration duration) {
    if (duration != null) {
      durations.add(duration);
    }
    apps.add(appid);
    events.add(event);
    each.run();
  }

  @Override
  public void weChatCalled(String appid, Endpoint endpoint, int errcode, Duration took) {
    String answer = errcode == NO_ANSWER ? "NO_ANSWER" : String.valueOf(errcode);
    told(appid, "weChatCalled " + endpoint + " " + answer, took);
  }

  @Override
  public void callbackHandled(
      String appid, SignInOutcome outcome, CallbackResult.@Nullable Reason reason, Duration took) {
    told(appid, "callbackHandled " + outcome + (reason == null ? "" : " " + reason), took);
  }

  @Override
  public void codeExchanged(String appid, ExchangeOutcome outcome, Duration took) {
    told(appid, "codeExchanged " + outcome, took);
  }

  @Override
  public void profileRead(String appid, String openid, ProfileOutcome outcome, Duration took) {
    told(appid, "profileRead " + openid + " " + outcome, took);
  }

  @Override
  public void refreshed(
      String appid, @Nullable String openid, RefreshOutcome outcome, Duration took) {
    told(appid, "refreshed " + openid + " " + outcome, took);
  }

  @Override
  public void compareAndSetLost(String appid, String openid) {
    told(appid, "compareAndSetLost " + openid, null);
  }

  @Override
  public void leaseWaited(String appid, String openid, Duration waited) {
    told(appid, "leaseWaited " + openid, waited);
  }

  @Override
  public void unsaved(String appid, String openid, UnsavedToken what) {
    told(appid, "unsaved " + openid + " " + what, null);
  }

  @Override
  public void storeAnswered(String appid, StoreOperation operation, Duration took) {
    told(appid, "storeAnswered " + operation, took);
  }

  @Override
  public void storeFailed(
      String appid,
      StoreOperation operation,
      Duration took,
      Class<? extends RuntimeException> failure) {
    told(appid, "storeFailed " + operation + " " + failure.getSimpleName(), took);
  }

  @Override
  public void codeReplayed(String appid, CodeReplay by) {
    told(appid, "codeReplayed " + by, null);
  }

  @Override
  public void fetched(
      String appid, AppRecord what, FetchReason reason, FetchOutcome outcome, Duration took) {
    told(appid, "fetched " + what + " " + reason + " " + outcome, took);
  }
}
