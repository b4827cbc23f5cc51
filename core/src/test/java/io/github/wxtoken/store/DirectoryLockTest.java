package io.github.wxtoken.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * At most one process changes a directory, even if its lock file is removed, replaced or held too
 * long.
 */
class DirectoryLockTest {
  @TempDir Path directory;
  DirectoryLock lock;
  Path file;

  @BeforeEach
  void open() throws IOException {
    lock = new DirectoryLock(directory);
    file = directory.resolve(".wxtoken.lock");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // files have no keys
  void anActionRunsAgainWhenItsLockFileIsReplacedBeforeItsChange() throws IOException {
    AtomicInteger runs = new AtomicInteger();

    int changed =
        lock.hold(
            () -> {
              if (runs.incrementAndGet() <= 3) {
                Files.delete(file);
                if (runs.get() == 2) {
                  Files.createFile(file);
                }
              }
              lock.requireHeld();
              return runs.get();
            });

    assertThat(changed).isEqualTo(4);
    assertThat(file).isRegularFile();
  }

  @Test
  void aLockFileThatIsRemovedAgainAndAgainIsAnErrorWithinTheTimeForALock() {
    assertThatThrownBy(
            () ->
                lock.hold(
                    () -> {
                      Files.delete(file);
                      lock.requireHeld();
                      return true;
                    }))
        .isInstanceOf(FileProblemException.class)
        .hasMessageContaining("not locked within 3 s");
  }

  @Test
  void aThreadThatHoldsTheLockForTooLongIsAnErrorForOthers() throws Exception {
    try (Holder holder = new Holder(lock)) {
      assertThatThrownBy(() -> new DirectoryLock(directory).hold(() -> true))
          .isInstanceOf(FileProblemException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining("another process holds the lock");
    }
    assertThat(lock.hold(() -> true)).isTrue();
  }

  @Test
  void aLeaseThatCannotBeDecidedInTimeIsNotTakenForALeaseThatIsRefused() throws Exception {
    try (TokenStore store = TokenStores.open(directory.toUri().toString())) {
      try (Holder holder = new Holder(lock)) {
        assertThatThrownBy(() -> store.tryLease("refresh:amy", Duration.ofSeconds(5)))
            .isExactlyInstanceOf(TokenStoreException.class)
            .hasMessageContaining("not locked within 3 s");

        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> store.tryLease("refresh:amy", Duration.ofSeconds(5)))
            .isExactlyInstanceOf(TokenStoreException.class)
            .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(store.tryLease("refresh:amy", Duration.ofSeconds(5))).isPresent();
    }
  }

  /** Holds a lock on a thread of its own until it is closed. */
  private static final class Holder implements AutoCloseable {
    private final CountDownLatch release = new CountDownLatch(1);
    private final FutureTask<Boolean> task;

    Holder(DirectoryLock lock) throws InterruptedException {
      CountDownLatch held = new CountDownLatch(1);
      task =
          new FutureTask<>(
              () ->
                  lock.hold(
                      () -> {
                        held.countDown();
                        try {
                          return release.await(60, TimeUnit.SECONDS);
                        } catch (InterruptedException e) {
                          throw new IOException(e);
                        }
                      }));
      new Thread(task).start();
      assertThat(held.await(60, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws Exception {
      release.countDown();
      assertThat(task.get(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void whatAnActionThrowsReleasesTheLock() throws IOException {
    for (Exception thrown : new Exception[] {new IOException(), new IllegalStateException()}) {
      assertThatThrownBy(
              () ->
                  lock.hold(
                      () -> {
                        if (thrown instanceof IOException io) {
                          throw io;
                        }
                        throw (RuntimeException) thrown;
                      }))
          .isSameAs(thrown);
      assertThat(lock.hold(() -> true)).isTrue();
    }
  }
}
