package io.github.wxtoken.cli;

import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
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

  @TempDir private Path directory;

  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private final AtomicLong clock = new AtomicLong(System.currentTimeMillis());
  private final AtomicBoolean stopped = new AtomicBoolean();

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
      source.saveTokensIfAbsent(
          IntStream.range(0, users).mapToObj(i -> acknowledged("oUser-" + i)).toList());
      ExecutorService signIns = Executors.newFixedThreadPool(THREADS);
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        TokenStore side = i % 2 == 0 ? source : target;
        running.add(signIns.submit(() -> keepSigningIn(side, users)));
      }
      for (int i = 0; i < kills; i++) {
        killOnTheWay(from, to, state, rate);
      }
      CliRun.Result last = copy(from, to, state);
      stopped.set(true);
      for (Future<?> each : running) {
        each.get();
      }
      signIns.shutdown();
      last.hasCode(ExitCode.OK).says("goes on behind oUser-", "done by an earlier run");
      CliRun.run("copy", "--from", from, "--to", to, "--verify")
          .hasCode(ExitCode.OK)
          .says("verified: ");

      assertThat(acknowledged).hasSize(users);
      acknowledged.forEach(
          (openid, createAt) ->
              assertThat(target.getToken(openid).orElseThrow().createAt())
                  .as(openid)
                  .isGreaterThanOrEqualTo(createAt));
    }
  }

  private CliRun.Result copy(String from, String to, Path state) {
    return CliRun.run("copy", "--from", from, "--to", to, "--resume", state.toString());
  }

  private void keepSigningIn(TokenStore store, int users) {
    while (!stopped.get()) {
      signIn(store, "oUser-" + ThreadLocalRandom.current().nextInt(users));
      // Each of them is a user, who thinks. Otherwise they would be a load test of SQLite.
      LockSupport.parkNanos(2_000_000);
    }
  }

  private OAuthToken acknowledged(String openid) {
    OAuthToken token = token(openid).toBuilder().createAt(clock.incrementAndGet()).build();
    acknowledged.put(openid, token.createAt());
    return token;
  }

  /** As a client does it: it reads, and writes by compare-and-set what is later. */
  private void signIn(TokenStore store, String openid) {
    for (boolean done = false; !done; ) {
      OAuthToken stored = store.getToken(openid).orElse(null);
      OAuthToken later = token(openid).toBuilder().createAt(clock.incrementAndGet()).build();
      done =
          stored == null
              ? store.saveTokenIfAbsent(openid, later)
              : stored.createAt() >= later.createAt() || store.replaceToken(openid, stored, later);
      if (done) {
        acknowledged.merge(openid, later.createAt(), Math::max);
      }
    }
  }

  /** Kills a copy of its own process when its state has gone on. */
  private void killOnTheWay(String from, String to, Path state, int rate) throws Exception {
    String before = position(state);
    Path log = directory.resolve("copy.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                Main.class.getName(),
                "copy",
                "--resume",
                state.toString(),
                "--rate",
                String.valueOf(rate))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().put("WXTOKEN_FROM", from);
    builder.environment().put("WXTOKEN_TO", to);
    Process copy = builder.start();
    while (position(state).equals(before)) {
      assertThat(copy.isAlive()).as(Files.readString(log)).isTrue();
      LockSupport.parkNanos(20_000_000);
    }
    copy.destroyForcibly().waitFor();
    CliRun.requireNoSecret(Files.readString(log));
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
