package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.faults.Ladder.Environment;
import io.github.wxtoken.faults.Ladder.Found;
import io.github.wxtoken.faults.TestServer.Start;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LadderTest {
  private static final Start NOT_STARTED =
      () -> {
        throw new AssertionError("it must not be started");
      };
  private static final Map<String, String> NAMED = Map.of("WXTOKEN_TEST_MY_SQL_URL", "jdbc:named");

  @Test
  void aServerThatAVariableNamesIsTakenBeforeAnythingIsStarted() throws Exception {
    Ladder ladder = new Ladder("my-sql", NOT_STARTED, NOT_STARTED);

    assertThat(ladder.find(new Environment(NAMED, true, () -> true)))
        .isEqualTo(new Found("jdbc:named", "variable"));
  }

  @Test
  void aBlankVariableNamesNoServer() throws Exception {
    Ladder ladder = new Ladder("mysql", () -> "jdbc:container", NOT_STARTED);

    assertThat(
            ladder.find(new Environment(Map.of("WXTOKEN_TEST_MYSQL_URL", " "), false, () -> true)))
        .isEqualTo(new Found("jdbc:container", "Testcontainers"));
  }

  @Test
  void whereAnEngineAnswersItIsAContainer() throws Exception {
    Ladder ladder = new Ladder("mysql", () -> "jdbc:container", NOT_STARTED);

    assertThat(ladder.find(new Environment(Map.of(), false, () -> true)))
        .isEqualTo(new Found("jdbc:container", "Testcontainers"));
  }

  @Test
  void aContainerThatDoesNotStartIsAFailureAndNotAFallback() {
    Ladder ladder =
        new Ladder(
            "mysql",
            () -> {
              throw new IllegalStateException("no such image");
            },
            NOT_STARTED);

    assertThatThrownBy(() -> ladder.find(new Environment(Map.of(), false, () -> true)))
        .hasMessage("no such image");
  }

  @Test
  void withoutAnEngineItIsTheEmbeddedServer() throws Exception {
    Ladder ladder = new Ladder("mysql", NOT_STARTED, () -> "jdbc:embedded");

    assertThat(ladder.find(new Environment(Map.of(), false, () -> false)))
        .isEqualTo(new Found("jdbc:embedded", "embedded"));
  }

  @Test
  void withContainersRequiredThereIsNoEmbeddedServer() {
    Ladder ladder = new Ladder("mysql", NOT_STARTED, NOT_STARTED);

    assertThatThrownBy(() -> ladder.find(new Environment(Map.of(), true, () -> false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("containers are required")
        .hasMessageContaining("WXTOKEN_TEST_MYSQL_URL");
  }

  @Test
  void aRoleWithoutAContainerIsEmbedded() throws Exception {
    Ladder ladder = new Ladder("mysql", null, () -> "jdbc:embedded");

    assertThat(ladder.find(new Environment(Map.of(), false, () -> true)))
        .isEqualTo(new Found("jdbc:embedded", "embedded"));
  }

  @Test
  void aRoleWithNothingToStartSaysWhatToDo() {
    Ladder ladder = new Ladder("mysql", NOT_STARTED, null);

    assertThatThrownBy(() -> ladder.find(new Environment(Map.of(), false, () -> false)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("start an engine")
        .hasMessageContaining("WXTOKEN_TEST_MYSQL_URL");
  }
}
