package io.github.wxtoken.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchOptionsTest {

  @Test
  void withoutArgumentsEverythingIsMeasured() {
    BenchOptions options = BenchOptions.parse(List.of());

    assertThat(options.pairings()).containsExactly(Pairing.values());
    assertThat(options.threads()).containsExactly(1, 16, 64);
  }

  @Test
  void theShortRunHasEveryServerButOneOfTheMysqlFamilyAnd16Threads() {
    BenchOptions options = BenchOptions.parse(List.of("--short"));

    assertThat(options.threads()).containsExactly(16);
    assertThat(options.pairings())
        .containsExactly(
            Pairing.MYSQL,
            Pairing.MYSQL_SPRING,
            Pairing.POSTGRESQL,
            Pairing.SQLITE,
            Pairing.REDIS,
            Pairing.MONGODB);
  }

  @Test
  void optionsChangeTheShortRunWhereverItIsAskedFor() {
    BenchOptions options =
        BenchOptions.parse(
            List.of("--threads", "1,8", "--out", "here", "--rounds", "3", "--short"));

    assertThat(options.threads()).containsExactly(1, 8);
    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.out()).isEqualTo(Path.of("here"));
  }

  @Test
  void onlyMeasuresTheseAndNothingElse() {
    BenchOptions options = BenchOptions.parse(List.of("--only", "redis,mysql-spring"));

    assertThat(options.pairings()).containsExactly(Pairing.MYSQL_SPRING, Pairing.REDIS);
    assertThat(options.locals()).isEmpty();
    assertThat(options.appTokens()).isEmpty();
    assertThat(options.json()).isFalse();
  }

  @Test
  void theAppTokenIsMeasuredByItself() {
    BenchOptions options = BenchOptions.parse(List.of("--app-tokens"));

    assertThat(options.appTokens()).containsExactly(AppToken.values());
    assertThat(options.pairings()).isEmpty();
    assertThat(options.locals()).isEmpty();
    assertThat(options.json()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--fast",
        "--threads",
        "--threads 0",
        "--threads 1,",
        "--rounds x",
        "--only oracle"
      })
  void whatIsNotUnderstoodIsRefusedByName(String line) {
    List<String> arguments = List.of(line.split(" "));

    assertThatThrownBy(() -> BenchOptions.parse(arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(arguments.get(0));
  }
}
