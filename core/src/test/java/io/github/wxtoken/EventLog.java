package io.github.wxtoken;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A listener that keeps what it is told, durations apart, and does something each time. */
final class EventLog implements WeChatOAuthListener {
  private final List<String> events = new CopyOnWriteArrayList<>();
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

  /** What is no report of the store's. */
  List<String> ofTheClient() {
    return events.stream().filter(event -> !event.startsWith("store")).toList();
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

  private void told(String event, @Nullable Duration duration) {
    if (duration != null) {
      durations.add(duration);
    }
    events.add(event);
    each.run();
  }

  @Override
  public void refreshed(@Nullable String openid, RefreshOutcome outcome, Duration took) {
    told("refreshed " + openid + " " + outcome, took);
  }

  @Override
  public void compareAndSetLost(String openid) {
    told("compareAndSetLost " + openid, null);
  }

  @Override
  public void leaseWaited(String openid, Duration waited) {
    told("leaseWaited " + openid, waited);
  }

  @Override
  public void unsaved(String openid, UnsavedToken what) {
    told("unsaved " + openid + " " + what, null);
  }

  @Override
  public void storeAnswered(StoreOperation operation, Duration took) {
    told("storeAnswered " + operation, took);
  }

  @Override
  public void storeFailed(
      StoreOperation operation, Duration took, Class<? extends RuntimeException> failure) {
    told("storeFailed " + operation + " " + failure.getSimpleName(), took);
  }

  @Override
  public void codeReplayed(CodeReplay by) {
    told("codeReplayed " + by, null);
  }
}
