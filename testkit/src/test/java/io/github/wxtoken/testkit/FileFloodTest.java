package io.github.wxtoken.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.CorruptTokenException;
import io.github.wxtoken.store.FileTokenStore;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/** A {@link FileTokenStore} with more planted entries than records, under load. */
@DisabledOnOs(OS.WINDOWS) // no entries of these kinds
@Tag("faults")
class FileFloodTest {
  private static final int BAD = 200;
  private static final int GOOD = 100;
  private static final int THREADS = 16;
  private static final int ROUNDS = 4;
  private static final Duration DEADLINE = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofHours(1);

  @TempDir(factory = FileTokenStoreContractTest.InMemory.class)
  Path root;

  @Test
  void twoHundredPlantedEntriesDisturbNoneOfAHundredUsers() throws Exception {
    Path directory = root.resolve("store");
    try (TokenStore store = new FileTokenStore(directory);
        TokenStore peer = new FileTokenStore(directory)) {
      IntStream.range(0, GOOD).forEach(i -> store.saveToken("oGood" + i, token(i, 0)));
      List<String> planted = plant(directory);

      List<Long> slowest =
          new Race(Duration.ofSeconds(60))
              .run(THREADS, number -> work(number % 2 == 0 ? store : peer, number, planted));

      assertThat(slowest).allMatch(nanos -> nanos < DEADLINE.toNanos());
      for (int i = 0; i < GOOD; i++) {
        assertThat(store.getToken("oGood" + i)).contains(token(i, ROUNDS));
      }
      System.out.println(
          "FileFloodTest: "
              + planted.size()
              + " planted entries, slowest operation "
              + Duration.ofNanos(slowest.stream().mapToLong(n -> n).max().orElse(0)).toMillis()
              + " ms");
    }
  }

  /** Bad records, leases and temporary files; returns the keys of the records. */
  private List<String> plant(Path directory) throws Exception {
    Path outside = Files.createDirectory(root.resolve("outside"));
    List<String> records = new ArrayList<>();
    Planted[] kinds = Planted.values();
    for (int i = 0; records.size() < BAD; i++) {
      Planted kind = kinds[i % kinds.length];
      try {
        kind.plant(directory.resolve("oBad" + i + ":access_token.txt"), outside);
        kind.plant(directory.resolve(".wxtoken.leases/refresh:oBad" + i), outside);
        kind.plant(directory.resolve(".wxtoken.tmp." + i), outside);
        records.add("oBad" + i);
      } catch (TestAbortedException e) {
        assertThat(kind).isEqualTo(Planted.DEVICE); // needs a privilege
      }
    }
    return records;
  }

  /** Runs one thread's operations on its users. Returns the longest duration of an operation. */
  private static long work(TokenStore store, int thread, List<String> planted) {
    Slowest slowest = new Slowest();
    for (int round = 1; round <= ROUNDS; round++) {
      for (int i = thread; i < GOOD; i += THREADS) {
        use(store, i, round, slowest);
      }
      List<String> reports = new ArrayList<>();
      List<String> found = new ArrayList<>();
      // A scan is as long as the directory; what counts is that it ends, and what it says.
      try (Stream<OAuthToken> tokens =
          store.tokens((CorruptTokenException e) -> reports.add(e.openid()))) {
        tokens.forEach(token -> found.add(token.openid()));
      }
      assertThat(reports).containsExactlyInAnyOrderElementsOf(planted);
      assertThat(new TreeSet<>(found)).hasSize(GOOD).hasSameSizeAs(found);
    }
    return slowest.nanos;
  }

  private static void use(TokenStore store, int user, int round, Slowest slowest) {
    String openid = "oGood" + user;
    OAuthToken before = token(user, round - 1);
    OAuthToken after = token(user, round);
    Optional<Lease> lease = slowest.of(() -> store.tryLease("refresh:" + openid, LONG));
    assertThat(lease).isPresent();
    assertThat(slowest.of(() -> store.getToken(openid))).contains(before);
    if (user % 2 == 0) {
      assertThat(slowest.of(() -> store.replaceToken(openid, before, after))).isTrue();
    } else {
      slowest.of(
          () -> {
            store.saveToken(openid, after);
            return after;
          });
    }
    assertThat(slowest.of(() -> store.saveTokenIfAbsent(openid, before))).isFalse();
    lease.orElseThrow().close();
  }

  private static OAuthToken token(int user, int round) {
    return OAuthToken.builder().openid("oGood" + user).accessToken("AT-" + round).build();
  }

  /** The longest time that an operation took. */
  private static final class Slowest {
    long nanos;

    <T> T of(Supplier<T> operation) {
      long start = System.nanoTime();
      T result = operation.get();
      nanos = Math.max(nanos, System.nanoTime() - start);
      return result;
    }
  }
}
