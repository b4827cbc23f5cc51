package io.github.wxtoken.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.examples.Result.Kill;
import io.github.wxtoken.examples.Result.Phase;
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

  private static String report(List<String> failures) {
    Phase phase =
        new Phase(
            "expiry 1",
            1000,
            1002,
            List.of(),
            List.of("a", "b"),
            Set.of("a", "b", "c"),
            4000,
            Duration.ofMillis(12_500));
    Kill kill = new Kill(3, "expiry 1", 5, 90, Duration.ofMillis(1500), 700);
    Result result =
        new Result(1000, 1000, 5000, 5000, 0, 0, new TreeMap<>(), List.of(phase), 0, 0, kill);
    Duration time = Duration.ofMillis(65_432);
    return Report.of(OPTIONS, "redis://db", result, new Latencies(), time, failures)
        .replace(System.lineSeparator(), "\n");
  }
}
