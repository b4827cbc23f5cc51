package io.github.wxtoken.examples;

import io.github.wxtoken.CallbackResult;
import io.github.wxtoken.WeChatOAuthListener;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An example of a listener: it counts. Its state consists of named sums, so those of several nodes
 * can be added; a latency is counted in buckets with a precision of 10 percent. Thread-safe.
 */
final class Metrics implements WeChatOAuthListener {
  private final Map<String, LongAdder> sums = new ConcurrentHashMap<>();

  @Override
  public void weChatCalled(String appid, Endpoint endpoint, int errcode, Duration took) {
    String answer = errcode == NO_ANSWER ? "none" : String.valueOf(errcode);
    add("weChat." + endpoint + "." + answer, 1);
    add("weChatMillis." + endpoint, took.toMillis());
  }

  @Override
  public void callbackHandled(
      String appid, SignInOutcome outcome, CallbackResult.@Nullable Reason reason, Duration took) {
    add("callbackHandled." + outcome + (reason == null ? "" : "." + reason), 1);
  }

  @Override
  public void codeExchanged(String appid, ExchangeOutcome outcome, Duration took) {
    add("codeExchanged." + outcome, 1);
  }

  @Override
  public void profileRead(String appid, String openid, ProfileOutcome outcome, Duration took) {
    add("profileRead." + outcome, 1);
  }

  @Override
  public void refreshed(
      String appid, @Nullable String openid, RefreshOutcome outcome, Duration took) {
    add("refreshed." + outcome, 1);
  }

  @Override
  public void fetched(
      String appid, AppRecord what, FetchReason reason, FetchOutcome outcome, Duration took) {
    add("fetched." + what + "." + reason + "." + outcome, 1);
  }

  @Override
  public void compareAndSetLost(String appid, String openid) {
    add("compareAndSetLost", 1);
  }

  @Override
  public void leaseWaited(String appid, String openid, Duration waited) {
    add("leaseWaited", 1);
    add("leaseWaited.millis", waited.toMillis());
  }

  @Override
  public void unsaved(String appid, String openid, UnsavedToken what) {
    add("unsaved." + what, 1);
  }

  @Override
  public void storeAnswered(String appid, StoreOperation operation, Duration took) {
    add("store." + operation + "." + magnitude(took), 1);
  }

  @Override
  public void storeFailed(
      String appid,
      StoreOperation operation,
      Duration took,
      Class<? extends RuntimeException> failure) {
    add("storeFailed." + operation, 1);
  }

  @Override
  public void codeReplayed(String appid, CodeReplay by) {
    add("codeReplayed." + by, 1);
  }

  private static long magnitude(Duration time) {
    return Math.round(Math.log(Math.max(1, time.toNanos() / 1e3)) / Math.log(1.1));
  }

  private static Duration time(int magnitude) {
    return Duration.ofNanos((long) (Math.pow(1.1, magnitude) * 1_000));
  }

  private void add(String name, long value) {
    sums.computeIfAbsent(name, n -> new LongAdder()).add(value);
  }

  /** Returns all sums in one line of text. */
  String toLine() {
    return sums.entrySet().stream()
        .map(sum -> sum.getKey() + "=" + sum.getValue())
        .collect(Collectors.joining(" "));
  }

  /** Adds the result of another's {@link #toLine}. */
  void addLine(String line) {
    Arrays.stream(line.split(" ", -1))
        .filter(sum -> !sum.isEmpty())
        .map(sum -> sum.split("=", -1))
        .forEach(sum -> add(sum[0], Long.parseLong(sum[1])));
  }

  long sum(String name) {
    LongAdder sum = sums.get(name);
    return sum == null ? 0 : sum.sum();
  }

  /** Returns the sums whose names have this prefix and a dot before the rest. */
  Map<String, Long> sumsBy(String prefix) {
    Map<String, Long> found = new TreeMap<>();
    sums.forEach(
        (name, sum) -> {
          if (name.startsWith(prefix + ".")) {
            found.put(name.substring(prefix.length() + 1), sum.sum());
          }
        });
    return found;
  }

  long answers(StoreOperation operation) {
    return sumsBy("store." + operation).values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * Returns the latency that this percentage of answers did not exceed, with a precision of 10
   * percent.
   */
  Duration percentile(StoreOperation operation, int percent) {
    Map<Integer, Long> counts = new TreeMap<>();
    sumsBy("store." + operation).forEach((key, sum) -> counts.put(Integer.valueOf(key), sum));
    double rank = answers(operation) * percent / 100.0;
    long passed = 0;
    for (Map.Entry<Integer, Long> count : counts.entrySet()) {
      passed += count.getValue();
      if (passed >= rank) {
        return time(count.getKey());
      }
    }
    return Duration.ZERO;
  }
}
