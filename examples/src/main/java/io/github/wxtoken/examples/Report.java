package io.github.wxtoken.examples;

import io.github.wxtoken.WeChatOAuthListener.StoreOperation;
import io.github.wxtoken.examples.Result.AppFetches;
import io.github.wxtoken.examples.Result.Kill;
import io.github.wxtoken.examples.Result.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes the report of a run. */
final class Report {
  private final StringBuilder text = new StringBuilder();

  private Report() {}

  /**
   * @param storeLabel the store, without a password
   * @param metrics the counts of the nodes' listeners
   * @param failures the result of {@link Verdict}
   */
  static String of(
      Options options,
      String storeLabel,
      Result result,
      Latencies latencies,
      Metrics metrics,
      Duration time,
      List<String> failures) {
    Report report = new Report();
    report.line("");
    report.line(
        "  %,d nodes, %,d users, expired %,d times, seed %d, in %s",
        options.nodes(), options.users(), options.rounds(), options.seed(), seconds(time));
    report.line("  store: %s", storeLabel);
    report.users(result);
    report.phases(result);
    report.app(result);
    if (result.kill() != null) {
      report.kill(result, result.kill());
    }
    report.latencies(latencies);
    report.listeners(metrics);
    report.store(metrics);
    report.verdict(failures);
    return report.text.toString();
  }

  private void users(Result result) {
    line("");
    line("  %-22s %,9d of %,d", "users signed in", result.signedIn(), result.users());
    line("  %-22s %,9d of %,d", "own profiles read", result.rightProfiles(), result.profilesDue());
    line("  %-22s %,9d", "profiles mixed up", result.wrongProfiles());
    line("  %-22s %,9d", "times logged out", result.timesLoggedOut());
    line("  %-22s %,9d", "tokens lost", result.missing() + result.dead());
    long errors = result.errors().values().stream().mapToLong(Long::longValue).sum();
    line("  %-22s %,9d", "errors", errors);
  }

  private void phases(Result result) {
    line("");
    line(
        "  %-12s %13s  %-22s %9s %8s %8s",
        "", "refresh calls", "required", "requests", "time", "per s");
    for (Phase phase : result.phases()) {
      double seconds = Math.max(1, phase.time().toMillis()) / 1000.0;
      line(
          "  %-12s %,13d  %-22s %,9d %8s %,8.0f",
          phase.name(),
          phase.calls(),
          required(phase),
          phase.requests(),
          seconds(phase.time()),
          phase.requests() / seconds);
    }
  }

  /** One line for each expiry: the app's own token and ticket are fetched once by all nodes. */
  private void app(Result result) {
    line("");
    line(
        "  %-12s %13s %14s  %-20s %15s %8s",
        "app token", "token fetches", "ticket fetches", "required", "calls with it", "refused");
    for (Phase phase : result.phases()) {
      AppFetches app = phase.app();
      String excused = app.excused() == 0 ? "" : format(" + at most %,d", app.excused());
      line(
          "  %-12s %,13d %,14d  %-20s %,15d %,8d",
          phase.name(),
          app.tokens(),
          app.tickets(),
          format("%,d each", app.due()) + excused,
          app.calls(),
          app.refused());
    }
  }

  private static String required(Phase phase) {
    String due = format("%,d", phase.due());
    int excused = phase.excused().size();
    return excused == 0 ? due : due + format(" + at most %,d", excused);
  }

  private void kill(Result result, Kill kill) {
    line("");
    line(
        "  Node %d was killed (SIGKILL) in %s%s",
        kill.node(),
        kill.phase(),
        kill.downFor() == null
            ? " and did not come back."
            : format(
                ", served again after %s, and has answered %,d requests since.",
                seconds(kill.downFor()), kill.answersSince()));
    line(
        "  Re-routed to other nodes: %,d requests that it was working on, %,d that found it down.",
        kill.cutOff(), kill.foundDown());
    result.phases().stream()
        .filter(phase -> phase.name().equals(kill.phase()))
        .forEach(
            phase ->
                line(
                    "  Refreshed once more, since an answer of WeChat died with it: %,d of %,d"
                        + " users.",
                    phase.repeated().size(), phase.excused().size()));
  }

  private void latencies(Latencies latencies) {
    line("");
    line("  %-32s %8s %9s %9s %9s %9s", "latency", "requests", "p50", "p95", "p99", "max");
    for (Step step : Step.values()) {
      Latencies.Summary summary = latencies.summary(step);
      if (summary.count() > 0) {
        line(
            "  %-32s %,8d %9s %9s %9s %9s",
            step,
            summary.count(),
            millis(summary.p50()),
            millis(summary.p95()),
            millis(summary.p99()),
            millis(summary.max()));
      }
    }
  }

  private void listeners(Metrics metrics) {
    line("");
    line("  The listeners of the nodes that lived to the end were told of:");
    line("  %-22s %s", "calls to WeChat", listed(metrics.sumsBy("weChat")));
    line("  %-22s %s", "callbacks", listed(metrics.sumsBy("callbackHandled")));
    line("  %-22s %s", "codes exchanged", listed(metrics.sumsBy("codeExchanged")));
    line("  %-22s %s", "profiles read", listed(metrics.sumsBy("profileRead")));
    line("  %-22s %s", "refreshes", listed(metrics.sumsBy("refreshed")));
    line("  %-22s %s", "app token, ticket", listed(metrics.sumsBy("fetched")));
    line("  %-22s %,d", "compare-and-set lost", metrics.sum("compareAndSetLost"));
    long waits = metrics.sum("leaseWaited");
    line(
        "  %-22s %,d, %,d ms each",
        "waits for a lease", waits, metrics.sum("leaseWaited.millis") / Math.max(1, waits));
    line("  %-22s %s", "tokens not saved", listed(metrics.sumsBy("unsaved")));
    line("  %-22s %s", "codes that came again", listed(metrics.sumsBy("codeReplayed")));
  }

  private static String listed(Map<String, Long> sums) {
    return sums.isEmpty()
        ? "0"
        : sums.entrySet().stream()
            .map(sum -> format("%,d %s", sum.getValue(), sum.getKey()))
            .collect(Collectors.joining(", "));
  }

  private void store(Metrics metrics) {
    line("");
    line("  %-22s %9s %8s %11s %11s", "store", "answered", "failed", "p50", "p99");
    for (StoreOperation operation : StoreOperation.values()) {
      line(
          "  %-22s %,9d %,8d %8.1f ms %8.1f ms",
          operation,
          metrics.answers(operation),
          metrics.sum("storeFailed." + operation),
          metrics.percentile(operation, 50).toNanos() / 1e6,
          metrics.percentile(operation, 99).toNanos() / 1e6);
    }
  }

  private void verdict(List<String> failures) {
    line("");
    if (failures.isEmpty()) {
      line("  PASSED: nothing was lost, nobody was logged out, refreshes exactly as required.");
    } else {
      line("  FAILED:");
      failures.forEach(failure -> line("    %s", failure));
    }
  }

  private void line(String format, Object... values) {
    text.append(format(format, values).stripTrailing()).append(System.lineSeparator());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  private static String seconds(Duration time) {
    return format("%.1f s", time.toMillis() / 1000.0);
  }

  private static String millis(Duration time) {
    return format("%,d ms", time.toMillis());
  }
}
