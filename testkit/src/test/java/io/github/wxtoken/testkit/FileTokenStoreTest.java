package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.FileTokenStore;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The guarantees of {@link FileTokenStore} beyond the contract: its files. */
class FileTokenStoreTest {
  private static final String EXAMPLE =
      "{\"access_token\":\"AT\",\"expires_in\":7200,\"refresh_token\":\"RT\",\"openid\":\"OID\","
          + "\"scope\":\"snsapi_base\",\"create_at\":1538990000000}";
  private static final OAuthToken TOKEN =
      OAuthToken.builder()
          .accessToken("AT")
          .expiresIn(7200)
          .refreshToken("RT")
          .openid("OID")
          .scope("snsapi_base")
          .createAt(1_538_990_000_000L)
          .build();

  private static final String SUFFIX = ":access_token.txt";

  @TempDir Path directory;

  @Test
  void aFileIsWhatWechatOauthWritesByteForByte() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);
    }

    assertThat(Files.readString(directory.resolve("OID:access_token.txt"))).isEqualTo(EXAMPLE);
  }

  @Test
  void aFileOfWechatOauthIsReadWithTheFieldsThatNobodyKnows() throws Exception {
    Files.writeString(
        directory.resolve("OID:access_token.txt"),
        EXAMPLE.replace("\"create_at\"", "\"is_new\":[1.10,null],\"create_at\""));

    try (TokenStore store = new FileTokenStore(directory)) {
      assertThat(store.getToken("OID"))
          .contains(TOKEN.toBuilder().extraJson("{\"is_new\":[1.10,null]}").build());
    }
  }

  @Test
  @DisabledOnOs(OS.WINDOWS) // no permissions of this kind
  void filesAreForTheirOwnerAlone() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);
      assertThat(store.tryLease("refresh:OID", Duration.ofHours(1))).isPresent();

      try (Stream<Path> files = Files.walk(directory).filter(Files::isRegularFile)) {
        assertThat(files.toList())
            .hasSizeGreaterThan(1)
            .allSatisfy(
                file ->
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------"));
      }
    }
  }

  @Test
  void whatAWriterLeftThatDiedIsRemovedAtTheStart() throws Exception {
    new FileTokenStore(directory).close();
    Path left = Files.writeString(directory.resolve(".wxtoken.tmp.left"), EXAMPLE.substring(0, 20));

    try (TokenStore store = new FileTokenStore(directory);
        Stream<OAuthToken> tokens = store.tokens()) {
      assertThat(left).doesNotExist();
      assertThat(tokens).isEmpty();
    }
  }

  @Test
  void aFileThatIsNobodysTokenIsNotListed() throws Exception {
    Files.writeString(directory.resolve("a b:access_token.txt"), EXAMPLE);
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);

      try (Stream<OAuthToken> tokens = store.tokens()) {
        assertThat(tokens).containsExactly(TOKEN);
      }
    }
  }

  @Test
  void aLeaseIsNotOverInItsFileBeforeItIsOverForItsHolder() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      for (int i = 0; i < 200; i++) {
        Lease first = store.tryLease("one", Duration.ofMillis(2)).orElseThrow();
        Optional<Lease> second = Optional.empty();
        while (second.isEmpty()) {
          second = store.tryLease("one", Duration.ofMinutes(1));
        }

        assertThat(first.remaining()).isZero();
        second.get().close();
      }
    }
  }

  @Test
  void aLeaseFileThatADyingProcessGarbledIsNobodysLease() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      Path leases = directory.resolve(".wxtoken.leases");
      Files.write(leases.resolve("one"), new byte[] {(byte) 0xff, (byte) 0xfe});
      Files.writeString(leases.resolve("other"), "half-a-line");

      assertThat(store.tryLease("one", Duration.ofMinutes(1))).isPresent();
      assertThat(store.tryLease("other", Duration.ofMinutes(1))).isPresent();
    }
  }

  @Test
  void aSaveLeavesNoOtherFile() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);
      store.saveToken("OID", TOKEN);
    }

    try (Stream<Path> files = Files.list(directory).filter(Files::isRegularFile)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("OID:access_token.txt", ".wxtoken.lock");
    }
  }

  @Test
  void aTokenThatCouldNotBeReadAgainIsRefusedAndTheOneThatIsThereStays() throws Exception {
    OAuthToken large =
        TOKEN.toBuilder()
            .extra(Map.of("a", "x".repeat(64 * 1024 - TOKEN.toJson().length())))
            .build();

    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);

      assertThatThrownBy(() -> store.saveToken("OID", large))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("token must have at most 65536 characters as JSON");
      assertThatThrownBy(() -> store.replaceToken("OID", TOKEN, large))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(store.getToken("OID")).contains(TOKEN);
    }
  }

  @Test
  void aFileThatIsHalfWrittenByNodeIsReadAgainUntilItIsWhole() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      Optional<OAuthToken> read =
          whileNodeWrites(
              () -> store.getToken("OID"),
              reader -> {
                nodeWrites(EXAMPLE);
                return reader.get(60, TimeUnit.SECONDS);
              });

      assertThat(read).contains(TOKEN);
    }
  }

  @Test
  void aFileThatIsHalfWrittenByNodeDoesNotHoldUpOtherUsers() throws Exception {
    OAuthToken other = TOKEN.toBuilder().openid("OTHER").build();
    try (TokenStore store = new FileTokenStore(directory)) {
      Boolean replaced =
          whileNodeWrites(
              () -> store.replaceToken("OID", TOKEN, TOKEN),
              replacer -> {
                store.saveToken("OTHER", other);
                if (replacer.isDone()) {
                  throw new TimeoutException("the save took as long as the wait for Node");
                }
                nodeWrites(EXAMPLE);
                return replacer.get(60, TimeUnit.SECONDS);
              });

      assertThat(replaced).isTrue();
      assertThat(store.getToken("OTHER")).contains(other);
    }
  }

  @Test
  void aBrokenFileThatNobodyHasJustWrittenIsReportedAtOnce() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      for (int broken = 0; broken < 200; broken++) {
        Path file = Files.writeString(directory.resolve("o" + broken + SUFFIX), "{\"openid");
        Instant written = Instant.now().plusSeconds(broken % 2 == 0 ? -60 : 60);
        Files.setLastModifiedTime(file, FileTime.from(written));
      }
      List<CorruptTokenException> reports = new ArrayList<>();

      long start = System.nanoTime();
      try (Stream<OAuthToken> tokens = store.tokens(reports::add)) {
        assertThat(tokens).isEmpty();
      }

      assertThat(reports).hasSize(200);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(60));
    }
  }

  @Test
  void anInterruptedCallerReadsItsTokenAndStaysInterrupted() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);
      Thread.currentThread().interrupt();

      Optional<OAuthToken> read = store.getToken("OID");

      assertThat(Thread.interrupted()).isTrue();
      assertThat(read).contains(TOKEN);
    }
  }

  @Test
  void aCallerThatIsInterruptedWhileItReadsGetsItsToken() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);
      FutureTask<Integer> reads =
          new FutureTask<>(
              () -> {
                int count = 0;
                for (int interrupts = 0; interrupts < 500; count++) {
                  assertThat(store.getToken("OID")).contains(TOKEN);
                  interrupts += Thread.interrupted() ? 1 : 0;
                }
                return count;
              });
      Thread reader = new Thread(reads);
      reader.start();
      while (!reads.isDone()) {
        reader.interrupt();
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1, 50_000));
      }

      assertThat(reads.get()).isPositive();
    }
  }

  @Test
  void anInterruptedCallerOfAWriteGetsAnErrorAndNothingIsLeft() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      store.saveToken("OID", TOKEN);
      OAuthToken other = TOKEN.toBuilder().accessToken("AT2").build();
      for (ThrowingCallable write :
          List.<ThrowingCallable>of(
              () -> store.saveToken("OID", other),
              () -> store.replaceToken("OID", TOKEN, other),
              () -> store.deleteToken("OID"),
              () -> store.tryLease("one", Duration.ofHours(1)))) {
        Thread.currentThread().interrupt();
        assertThatThrownBy(write)
            .isInstanceOf(TokenStoreException.class)
            .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(store.getToken("OID")).contains(TOKEN);
      assertThat(store.tryLease("one", Duration.ofHours(1))).isPresent();
    }
  }

  @Test
  void anInterruptedHolderReleasesItsLease() throws Exception {
    try (TokenStore store = new FileTokenStore(directory)) {
      Lease lease = store.tryLease("one", Duration.ofHours(1)).orElseThrow();

      Thread.currentThread().interrupt();
      lease.close();

      assertThat(Thread.interrupted()).isTrue();
      assertThat(store.tryLease("one", Duration.ofHours(1))).isPresent();
    }
  }

  @Test
  void aUrlNamesTheDirectory() {
    for (String url : new String[] {"file:" + directory, "file://" + directory}) {
      try (TokenStore store = TokenStores.open(url)) {
        store.saveToken("OID", TOKEN);
      }
      assertThat(directory.resolve("OID:access_token.txt")).exists();
    }
  }

  @Test
  void aUrlWithoutADirectoryOrWithAnUnknownOptionIsRefused() {
    assertThatThrownBy(() -> TokenStores.open("file:"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("file:DIR");
    assertThatThrownBy(() -> TokenStores.open("file:" + directory + "?wxtoken.table=t"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("wxtoken.table");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsAnErrorThatNamesIt() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "");

    assertThatThrownBy(() -> new FileTokenStore(file.resolve("below")))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining(file.toString());
  }

  /** Runs while a call has read half of a record and waits for the other half. */
  private interface Meanwhile<T> {
    T run(FutureTask<T> call) throws Exception;
  }

  /** Tries again where this machine was so busy that the call gave up before the rest was run. */
  private <T> T whileNodeWrites(Callable<T> operation, Meanwhile<T> meanwhile) throws Exception {
    for (int attempt = 1; ; attempt++) {
      nodeWrites(EXAMPLE.substring(0, EXAMPLE.length() / 2));
      FutureTask<T> call = new FutureTask<>(operation);
      Thread thread = new Thread(call);
      thread.start();
      try {
        while (thread.getState() != Thread.State.TIMED_WAITING && !call.isDone()) {
          Thread.onSpinWait();
        }
        return meanwhile.run(call);
      } catch (ExecutionException | TimeoutException e) {
        assertThat(attempt).as("attempts, of which the last: %s", e).isLessThan(10);
      }
    }
  }

  /** Writes in place, as Node does. */
  private void nodeWrites(String content) throws IOException {
    Files.writeString(directory.resolve("OID" + SUFFIX), content);
  }
}
