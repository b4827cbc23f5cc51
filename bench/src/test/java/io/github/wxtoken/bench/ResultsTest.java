package io.github.wxtoken.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResultsTest {
  private final Results results = new Results();

  ResultsTest() {
    results.note("a machine");
    results.add(
        new Comparison(
            Pairing.REDIS,
            Operation.SAVE_TOKEN,
            16,
            List.of(new Figures(20_000, 500, 1_000, 20, 4_000)),
            List.of(new Figures(19_000, 520, 1_100, 22.5, 3_000))));
    results.add(new Measured("OAuthToken.toJson", 1, 1_234_567, 0.81, 2_040));
  }

  @Test
  void theTableShowsTheRatioAndBothFigures() {
    assertThat(results.markdown())
        .contains("- a machine\n")
        .contains(
            "| Redis | RedisTokenStore | Lettuce | saveToken | 16 | **0.95** | 20,000 → 19,000"
                + " | 500 → 520 | 1,000 → 1,100 | 20.0 +2.5 | 4,000 -1,000 |\n")
        .contains("| `OAuthToken.toJson` | 1 | 1,234,567 | 810 ns | 0.81 | 2,040 |\n");
  }

  @Test
  void theJsonHasTheSame() {
    assertThat(results.json())
        .startsWith("{\"circumstances\":[\"a machine\"],\"comparisons\":[{\"on\":\"Redis\"")
        .contains("\"operation\":\"saveToken\",\"threads\":16,\"ratio\":0.95,")
        .contains("\"cpuMicros\":{\"baseline\":20.0,\"candidate\":22.5,\"excess\":2.5}")
        .endsWith(
            "\"alone\":[{\"method\":\"OAuthToken.toJson\",\"threads\":1,"
                + "\"callsPerSecond\":1234567.0,\"nanos\":810.001,\"cpuMicros\":0.81,\"bytes\":2040.0}]}");
  }

  @Test
  void aCallTakesTheTimeThatItsThreadSees() {
    results.add(new Measured("getAccessToken", 16, 80_000, 20, 1_000));

    assertThat(results.markdown()).contains("| `getAccessToken` | 16 | 80,000 | 200.0 µs |");
  }

  @Test
  void withoutResultsThereIsNoTable() {
    assertThat(new Results().markdown()).isEmpty();
  }
}
