package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.BitSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The behaviour of a store with a million tokens. It takes too long for every build, so it has the
 * tag {@code long}, and it requires a JVM with a heap of 128 MB.
 */
@Tag("long")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(600)
@Isolated("it measures")
public abstract class ScaleContract {
  private static final int TOKENS = 1_000_000;

  /** For subclasses. */
  protected ScaleContract() {}

  /**
   * Opens the store as an application does, with its defaults.
   *
   * @return a handle, which the suite closes
   * @throws Exception if that fails, which fails the tests
   */
  protected abstract TokenStore open() throws Exception;

  /**
   * Writes tokens without the store, in the fastest way: with the openids {@code o1}, {@code o2},
   * and so on.
   *
   * @param count the number of tokens
   * @throws Exception if that fails, which fails the tests
   */
  protected abstract void plant(int count) throws Exception;

  @Test
  void aScanOfAMillionTokensFindsEachOnceInASmallHeap() throws Exception {
    assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(128L << 20);
    try (TokenStore store = open()) {
      plant(TOKENS);
      BitSet found = new BitSet(TOKENS + 1);
      long start = System.nanoTime();
      long count;
      try (Stream<OAuthToken> tokens = store.tokens()) {
        count = tokens.peek(token -> found.set(number(token))).count();
      }
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      print("scan of " + count + " tokens", took);

      assertThat(count).isEqualTo(TOKENS);
      assertThat(found.cardinality()).isEqualTo(TOKENS);
      assertThat(found.get(0)).isFalse();
    }
  }

  private static int number(OAuthToken token) {
    return Integer.parseInt(token.openid().substring(1));
  }

  /**
   * Prints the figures of a run, for readers of its output; the figures of the scan are not
   * asserted.
   */
  private void print(String what, Duration took) {
    System.out.println(getClass().getSimpleName() + ": " + what + ": " + took.toMillis() + " ms");
  }
}
