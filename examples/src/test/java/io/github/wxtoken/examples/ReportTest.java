package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.CallbackResult.Reason;
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
import io.github.wxtoken.examples.Result.AppFetches;
import io.github.wxtoken.examples.Result.Kill;
import io.github.wxtoken.examples.Result.Phase;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Options OPTIONS = new Options(4, 1000, 1, null, 42, true, false);

  @Test
  void whatWasSeenStandsBesideWhatWasRequired() {
    assertThat(report(List.of()))
        .contains("4 nodes, 1,000 users, expired 1 times, seed 42, in 65.4 s")
        .contains("store: redis://db")
        .containsPattern("users signed in +1,000 of 1,000")
        .containsPattern("own profiles read +5,000 of 5,000")
        .containsPattern("expiry 1 +2 +1  1 each \\+ at most 1 +3,990 +0\n")
        .containsPattern("expiry 1 +1,002  1,000 \\+ at most 3 +4,000 +12.5 s +320");
  }

  @Test
  void theStoryOfTheKilledNodeIsTold() {
    assertThat(report(List.of()))
        .contains("Node 3 was killed (SIGKILL) in expiry 1, served again after 1.5 s")
        .contains("Refreshed once more, since an answer of WeChat died with it: 2 of 3 users.");
  }

  @Test
  void theVerdictIsTheLastWord() {
    assertThat(report(List.of()).strip()).endsWith("as required.");
    assertThat(report(List.of("1 token was lost.")).strip())
        .endsWith("FAILED:\n    1 token was lost.");
  }

  @Test
  void whatTheListenersWereToldOfAllNodesIsAddedUp() {
    assertThat(report(List.of()))
        .containsPattern("calls to WeChat +2 USERINFO.-1, 2 USERINFO.none")
        .containsPattern("callbacks +2 START_AGAIN.STATE_EXPIRED")
        .containsPattern("codes exchanged +2 NOT_SAVED")
        .containsPattern("profiles read +2 FAILED")
        .containsPattern("refreshes +1 FAILED, 2 REFRESHED")
        .containsPattern("app token, ticket +2 ACCESS_TOKEN.EXPIRED.FETCHED")
        .containsPattern("compare-and-set lost +2\n")
        .containsPattern("waits for a lease +2, 40 ms each")
        .containsPattern("tokens not saved +0\n")
        .containsPattern("codes that came again +2 ANSWERED")
        .containsPattern("GET_TOKEN +198 +0 +2\\.\\d ms +2\\.\\d ms")
        .containsPattern("REPLACE_TOKEN +2 +2 +\\d+\\.\\d ms +9\\d\\.\\d ms");
  }

  /** Returns the metrics of two nodes. */
  private static Metrics metrics() {
    Metrics sum = new Metrics();
    for (int node = 0; node < 2; node++) {
      Metrics told = new Metrics();
      told.weChatCalled("wx1", Endpoint.USERINFO, -1, Duration.ofMillis(3));
      told.weChatCalled(
          "wx1", Endpoint.USERINFO, WeChatOAuthListener.NO_ANSWER, Duration.ofSeconds(5));
      told.callbackHandled(
          "wx1", SignInOutcome.START_AGAIN, Reason.STATE_EXPIRED, Duration.ofMillis(3));
      told.codeExchanged("wx1", ExchangeOutcome.NOT_SAVED, Duration.ofMillis(3));
      told.profileRead("wx1", "o1", ProfileOutcome.FAILED, Duration.ofMillis(3));
      told.refreshed("wx1", "amy", RefreshOutcome.REFRESHED, Duration.ofMillis(3));
      told.fetched(
          "wx1",
          AppRecord.ACCESS_TOKEN,
          FetchReason.EXPIRED,
          FetchOutcome.FETCHED,
          Duration.ofMillis(3));
      told.compareAndSetLost("wx1", "amy");
      told.leaseWaited("wx1", "amy", Duration.ofMillis(40));
      told.codeReplayed("wx1", CodeReplay.ANSWERED);
      for (int i = 0; i < 99; i++) {
        told.storeAnswered("wx1", StoreOperation.GET_TOKEN, Duration.ofNanos(2_500_000));
      }
      told.storeAnswered(
          "wx1", StoreOperation.REPLACE_TOKEN, Duration.ofMillis(node == 0 ? 1 : 95));
      told.storeFailed(
          "wx1", StoreOperation.REPLACE_TOKEN, Duration.ofSeconds(3), TokenStoreException.class);
      sum.addLine(told.toLine());
    }
    sum.refreshed("wx1", null, RefreshOutcome.FAILED, Duration.ofSeconds(5));
    return sum;
  }

  private static String report(List<String> failures) {
    Phase phase =
        new Phase(
            "expiry 1",
            1000,
            1002,
            List.of(),
            List.of("a", "b"),
            Set.of("a", "b", "c"),
            new AppFetches(1, 1, 2, 1, 3990, 0),
            4000,
            Duration.ofMillis(12_500));
    Kill kill = new Kill(3, "expiry 1", 5, 90, Duration.ofMillis(1500), 700);
    Result result =
        new Result(1000, 1000, 5000, 5000, 0, 0, new TreeMap<>(), List.of(phase), 0, 0, kill);
    Duration time = Duration.ofMillis(65_432);
    return Report.of(OPTIONS, "redis://db", result, new Latencies(), metrics(), time, failures)
        .replace(System.lineSeparator(), "\n");
  }
}
