package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.FileTokenStore;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A {@link FileTokenStore} whose directory, lock file or leases somebody deletes, moves or replaces
 * while it is open: a missing store is never an empty one, and no restart is needed.
 */
class MissingFilesTest {
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir(factory = FileTokenStoreContractTest.InMemory.class)
  Path root;

  private Path directory;
  private TokenStore store;

  @BeforeEach
  void open() {
    directory = root.resolve("store");
    store = new FileTokenStore(directory);
    store.saveToken("oA", token("oA"));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void aMissingDirectoryIsAnErrorForEveryOperationUntilItIsBack() throws Exception {
    Path away = Files.move(directory, root.resolve("away"));

    for (int twice = 0; twice < 2; twice++) {
      assertFailsForEveryOperation("the directory is missing");
    }
    assertThat(directory).doesNotExist();

    Files.move(away, directory);
    assertThat(store.getToken("oA")).contains(token("oA"));
    assertWorks();
  }

  @Test
  void aMissingParentOfTheDirectoryIsAnErrorUntilItIsBack() throws Exception {
    Path nested = root.resolve("a/b/store");
    try (TokenStore deep = new FileTokenStore(nested)) {
      deep.saveToken("oA", token("oA"));
      Path away = Files.move(root.resolve("a"), root.resolve("away"));

      assertFails(() -> deep.getToken("oA"), "the directory is missing");
      assertFails(() -> deep.saveToken("oA", token("oA")), "the directory is missing");
      assertThat(root.resolve("a")).doesNotExist();

      Files.move(away, root.resolve("a"));
      assertThat(deep.getToken("oA")).contains(token("oA"));
    }
  }

  @Test
  void aDirectoryThatWasDeletedAndMadeAgainWorks() throws Exception {
    for (int times = 0; times < 3; times++) {
      deleteAll(directory);
      assertFailsForEveryOperation("the directory is missing");

      Files.createDirectory(directory);
      assertWorks();
    }
  }

  @Test
  void aDirectoryThatWasMadeAgainIsNotEmptyBeforeAWriteHasMadeItAStore() throws Exception {
    deleteAll(directory);
    Files.createDirectory(directory);

    assertFails(() -> store.getToken("oA"), ".wxtoken.lock", "is missing");
    assertFails(() -> store.getToken("oUnknown"), ".wxtoken.lock", "is missing");
  }

  @Test
  void aDirectoryThatWasReplacedByAnotherStoresIsRead() throws Exception {
    Path backup = root.resolve("backup");
    try (TokenStore other = new FileTokenStore(backup)) {
      other.saveToken("oB", token("oB"));
    }
    Files.move(directory, root.resolve("away"));
    Files.move(backup, directory);

    assertThat(store.getToken("oB")).contains(token("oB"));
    assertThat(store.getToken("oA")).isEmpty();
    assertWorks();
  }

  @Test
  void withoutItsLockFileWhatIsNotFoundIsAnErrorAndWhatIsFoundIsReturned() throws Exception {
    Files.delete(lock());

    assertFails(() -> store.getToken("oUnknown"), ".wxtoken.lock", "is missing", "Restore");
    assertThat(store.getToken("oA")).contains(token("oA"));
  }

  @Test
  void aLockFileThatComesBackEndsTheError() throws Exception {
    Path away = Files.move(lock(), root.resolve("away"));
    assertFails(() -> store.getToken("oUnknown"), "is missing");

    Files.move(away, lock());

    assertThat(store.getToken("oUnknown")).isEmpty();
    assertWorks();
  }

  @Test
  void eachWriteCreatesTheLockFileAgain() throws Exception {
    for (Runnable write :
        List.<Runnable>of(
            () -> store.saveToken("oA", token("oA")),
            () -> store.saveTokenIfAbsent("oA", token("oA")),
            () -> store.replaceToken("oA", token("oA"), token("oA")),
            () -> store.deleteToken("oUnknown"),
            () -> store.tryLease("one", LONG),
            () -> store.tokens().close())) {
      Files.delete(lock());

      write.run();

      assertThat(lock()).isRegularFile();
      assertThat(store.getToken("oUnknown")).isEmpty();
      assertWorks();
    }
  }

  @Test
  void aMissingDirectoryOfLeasesIsMadeAgain() throws Exception {
    for (int times = 0; times < 3; times++) {
      deleteAll(leases());

      assertThat(store.getToken("oA")).contains(token("oA"));
      assertThat(store.getToken("oUnknown")).isEmpty();
      assertWorks();
    }
  }

  @Test
  void leasesThatComeBackAreHeld() throws Exception {
    assertThat(store.tryLease("one", LONG)).isPresent();
    Path away = Files.move(leases(), root.resolve("away"));
    assertThat(store.tryLease("two", LONG)).isPresent();
    deleteAll(leases());

    Files.move(away, leases());

    assertThat(store.tryLease("one", LONG)).isEmpty();
    assertThat(store.tryLease("two", LONG)).isPresent();
  }

  @Test
  void releasingALeaseWhoseDirectoryIsMissingIsNoError() throws Exception {
    Lease lease = store.tryLease("one", LONG).orElseThrow();
    deleteAll(leases());
    lease.close();

    Lease another = store.tryLease("one", LONG).orElseThrow();
    deleteAll(directory);
    another.close();

    assertThat(another.remaining()).isZero();
  }

  @Test
  void aScanThatTheDirectoryIsTakenFromEndsWithAnError() throws Exception {
    store.saveToken("oB", token("oB"));
    try (Stream<OAuthToken> tokens = store.tokens()) {
      deleteAll(directory);

      assertFails(tokens::toList, "the directory is missing");
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void anUnmountedVolumeIsAnErrorAndDoesNotBecomeAnEmptyStore() throws Exception {
    Path volume = Path.of("/dev/shm");
    Path onDisk = Files.createTempDirectory("wxtoken");
    assumeTrue(
        Files.isWritable(volume)
            && !Files.getAttribute(volume, "unix:dev")
                .equals(Files.getAttribute(onDisk, "unix:dev")),
        "there are two volumes");
    Path data = Files.createTempDirectory(volume, "wxtoken");
    try {
      assumeTrue(run("mount", "--bind", data.toString(), onDisk.toString()), "may mount");
      try (TokenStore mounted = new FileTokenStore(onDisk)) {
        mounted.saveToken("oA", token("oA"));
        assertThat(run("umount", onDisk.toString())).isTrue();

        assertFails(() -> mounted.getToken("oA"), "on another volume", "Mount");
        assertFails(() -> mounted.saveToken("oA", token("oA")), "on another volume", "Mount");
        assertFails(() -> mounted.tryLease("one", LONG), "on another volume", "Mount");
        try (Stream<Path> written = Files.list(onDisk)) {
          assertThat(written).isEmpty();
        }

        assertThat(run("mount", "--bind", data.toString(), onDisk.toString())).isTrue();
        assertThat(mounted.getToken("oA")).contains(token("oA"));
        assertThat(mounted.getToken("oUnknown")).isEmpty();
        assertThat(mounted.saveTokenIfAbsent("oB", token("oB"))).isTrue();
      } finally {
        run("umount", onDisk.toString());
      }
    } finally {
      deleteAll(data);
      deleteAll(onDisk);
    }
  }

  private void assertFailsForEveryOperation(String... says) {
    assertFails(() -> store.getToken("oA"), says);
    assertFails(() -> store.getToken("oUnknown"), says);
    assertFails(() -> store.saveToken("oA", token("oA")), says);
    assertFails(() -> store.saveTokenIfAbsent("oA", token("oA")), says);
    assertFails(() -> store.replaceToken("oA", token("oA"), token("oA")), says);
    assertFails(() -> store.deleteToken("oA"), says);
    assertFails(() -> store.tryLease("one", LONG), says);
    assertThatThrownBy(() -> store.tryLease("one", LONG))
        .isInstanceOf(LeaseUnavailableException.class);
    assertThatThrownBy(() -> store.tokens().close()).isInstanceOf(TokenStoreException.class);
  }

  private void assertWorks() {
    store.saveToken("oA", token("oA"));
    assertThat(store.getToken("oA")).contains(token("oA"));
    assertThat(store.getToken("oUnknown")).isEmpty();
    try (TokenStore other = new FileTokenStore(directory)) {
      Lease lease = store.tryLease("refresh:oWorks", LONG).orElseThrow();
      assertThat(other.tryLease("refresh:oWorks", LONG)).isEmpty();
      lease.close();
    }
  }

  private static void assertFails(ThrowingCallable operation, String... says) {
    assertThatThrownBy(operation)
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContainingAll(says);
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static void deleteAll(Path directory) throws IOException {
    try (Stream<Path> entries = Files.walk(directory)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }

  private Path leases() {
    return directory.resolve(".wxtoken.leases");
  }

  private Path lock() {
    return directory.resolve(".wxtoken.lock");
  }

  private static OAuthToken token(String openid) {
    return OAuthToken.builder().openid(openid).accessToken("AT-of-" + openid).build();
  }
}
