package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.FileTokenStore;
import io.github.wxtoken.store.TokenStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link FileTokenStore} between processes of one machine. */
class FileTokenStoreProcessTest {
  private static final int INCREMENTS = 100;

  @TempDir Path directory;
  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void twoProcessesLoseNoIncrement() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("oCounter", counter(0));

      Process one = fork(String.valueOf(INCREMENTS));
      Process two = fork(String.valueOf(INCREMENTS));

      assertThat(exit(one)).isZero();
      assertThat(exit(two)).isZero();
      assertThat(count(store.getToken("oCounter").orElseThrow())).isEqualTo(2 * INCREMENTS);
    }
  }

  @Test
  void twoProcessesLoseNoIncrementWhileSomebodyDeletesTheLockFile() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("oCounter", counter(0));
      Process one = fork(String.valueOf(INCREMENTS));
      Process two = fork(String.valueOf(INCREMENTS));

      int deleted = 0;
      while (one.isAlive() || two.isAlive()) {
        deleted += Files.deleteIfExists(directory.resolve(".wxtoken.lock")) ? 1 : 0;
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
      }

      assertThat(deleted).isPositive();
      assertThat(exit(one)).isZero();
      assertThat(exit(two)).isZero();
      assertThat(count(store.getToken("oCounter").orElseThrow())).isEqualTo(2 * INCREMENTS);
    }
  }

  @Test
  void aProcessThatIsKilledLeavesAWholeTokenAndNoLock() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("oCounter", counter(0));
      for (int kill = 1; kill <= 3; kill++) {
        int before = count(store.getToken("oCounter").orElseThrow());
        Process writer = fork(String.valueOf(Integer.MAX_VALUE));
        awaitMoreThan(before + 20, store, writer);

        // SIGKILL on Unix, wherever the writer is in its write.
        writer.destroyForcibly().waitFor();

        OAuthToken left = store.getToken("oCounter").orElseThrow();
        assertThat(store.replaceToken("oCounter", left, counter(count(left) + 1))).isTrue();
      }
    }
    new FileTokenStore(directory).close();
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith(".wxtoken.tmp."));
    }
  }

  private Process fork(String increments) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Incrementer.class.getName(),
                directory.toString(),
                increments)
            .inheritIO()
            .start();
    processes.add(process);
    return process;
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private static void awaitMoreThan(int count, TokenStore store, Process writer) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (count(store.getToken("oCounter").orElseThrow()) <= count) {
      assertThat(writer.isAlive()).isTrue();
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  private static OAuthToken counter(int count) {
    return OAuthToken.builder().openid("oCounter").accessToken(String.valueOf(count)).build();
  }

  private static int count(OAuthToken counter) {
    return Integer.parseInt(Objects.requireNonNull(counter.accessToken()));
  }

  /** The other process: increments the counter of a directory so many times. */
  static final class Incrementer {
    private Incrementer() {}

    public static void main(String... args) {
      try (TokenStore store = new FileTokenStore(Path.of(args[0]))) {
        int increments = Integer.parseInt(args[1]);
        for (int done = 0; done < increments; ) {
          OAuthToken read = store.getToken("oCounter").orElseThrow();
          if (store.replaceToken("oCounter", read, counter(count(read) + 1))) {
            done++;
          }
        }
      }
    }
  }
}
