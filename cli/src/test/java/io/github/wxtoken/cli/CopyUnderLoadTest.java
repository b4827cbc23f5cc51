package io.github.wxtoken.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy that is killed and goes on, while users sign in at both stores: at the end the target has
 * for each user the latest token that either store has acknowledged, or a later one.
 */
class CopyUnderLoadTest {
  private static final int THREADS = 20;
  private static final Duration PAUSE = Duration.ofMillis(2);

  @TempDir private Path directory;

  private final SignIns signIns = new SignIns();

  @Test
  void noTokenIsLostOrOlderWhenACopyIsKilledOnce() throws Exception {
    copyWhileUsersSignIn(1, 2_000, 500);
  }

  @Test
  @Tag("faults")
  @Timeout(300)
  void noTokenIsLostOrOlderWhenACopyIsKilledFiveTimes() throws Exception {
    copyWhileUsersSignIn(5, 20_000, 2_000);
  }

  private void copyWhileUsersSignIn(int kills, int users, int rate) throws Exception {
    String from = Stores.sqlite(directory.resolve("from.db"));
    String to = Stores.sqlite(directory.resolve("to.db"));
    Path state = directory.resolve("state");
    try (TokenStore source = TokenStores.open(from);
        TokenStore target = TokenStores.open(to)) {
      List<OAuthToken> first = IntStream.range(0, users).mapToObj(signIns::first).toList();
      assertThat(source.saveTokensIfAbsent(first)).hasSize(users);
      signIns.during(
          source,
          target,
          THREADS,
          users,
          PAUSE,
          () -> {
            for (int i = 0; i < kills; i++) {
              killOnTheWay(from, to, state, rate);
            }
            CliRun.run("copy", "--from", from, "--to", to, "--resume", state.toString())
                .hasCode(ExitCode.OK)
                .says("goes on behind oUser-", "done by an earlier run");
          });
      CliRun.run("copy", "--from", from, "--to", to, "--verify")
          .hasCode(ExitCode.OK)
          .says("verified: ");

      assertThat(signIns.users()).isEqualTo(users);
      signIns.assertNoneIsLostOrOlder(target);
    }
  }

  /** Kills a copy of its own process when its state has gone on. */
  private static void killOnTheWay(String from, String to, Path state, int rate) throws Exception {
    String before = position(state);
    KilledCopy.run(from, to, state, rate, () -> !position(state).equals(before));
    assertThat(Files.readString(state)).doesNotContain("CANARY");
  }

  private static String position(Path state) throws IOException {
    return Files.exists(state)
        ? Files.readString(state)
            .lines()
            .filter(line -> line.startsWith("position="))
            .findFirst()
            .orElse("")
        : "";
  }
}
