package io.github.wxtoken.testkit;

import static io.github.wxtoken.testkit.Tokens.renewed;
import static io.github.wxtoken.testkit.Tokens.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.TokenStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link TokenStore#tryLease}: at most one holder, for a limited time. */
abstract class LeaseCases extends Cases {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(300);

  /** Clocks count in whole milliseconds, and two clocks always differ slightly. */
  private static final Duration CLOCKS_DIFFER = Duration.ofMillis(10);

  LeaseCases(TokenStoreContract contract) {
    super(contract);
  }

  @Test
  void aFreeLeaseIsGranted() {
    assertThat(store.tryLease("refresh:oA", LONG)).isPresent();
  }

  @Test
  void oneOfThirtyTwoThreadsGetsTheLease() throws Exception {
    assumeLeases();
    TokenStore other = open();

    List<Boolean> granted =
        race(
            32,
            number -> (number % 2 == 0 ? store : other).tryLease("refresh:oA", LONG).isPresent());

    assertThat(granted).containsOnlyOnce(true);
  }

  @Test
  void ofManyLeasesEachIsGrantedToOneThread() throws Exception {
    assumeLeases();
    TokenStore other = open();

    List<Long> granted =
        race(
            8,
            number ->
                Stream.iterate(0, i -> i + 1)
                    .limit(10)
                    .filter(
                        i ->
                            (number % 2 == 0 ? store : other)
                                .tryLease("refresh:o" + i, LONG)
                                .isPresent())
                    .count());

    assertThat(granted.stream().mapToLong(count -> count).sum()).isEqualTo(10);
  }

  @Test
  void aHeldLeaseIsRefusedToAnotherProcess() throws Exception {
    assumeLeases();
    TokenStore other = open();
    grant(store, LONG);

    assertThat(other.tryLease("refresh:oA", LONG)).isEmpty();
  }

  @Test
  void aHeldLeaseIsRefusedToItsOwnProcessToo() {
    assumeLeases();
    grant(store, LONG);

    assertThat(store.tryLease("refresh:oA", LONG)).isEmpty();
  }

  @Test
  void leasesOfDifferentNamesAreIndependent() {
    grant(store, LONG);

    for (String name :
        List.of("refresh:oa", "refresh:oA-", "refresh:oA1", "refresh:o", "code:oA")) {
      assertThat(store.tryLease(name, LONG)).as(name).isPresent();
    }
  }

  @Test
  void aHeldLeaseIsRefusedWhileAnotherOneIsOver() throws Exception {
    assumeLeases();
    TokenStore other = open();
    grant(store, LONG);
    assertThat(store.tryLease("refresh:oB", Duration.ofMillis(1))).isPresent();
    long granted = System.nanoTime();
    awaitThat(() -> System.nanoTime() - granted > 2 * CLOCKS_DIFFER.toNanos());

    assertThat(other.tryLease("refresh:oA", LONG)).isEmpty();
    grantEventually(other, "refresh:oB", LONG);
  }

  @Test
  void aClosedLeaseIsGrantedToAnother() throws Exception {
    assumeLeases();
    TokenStore other = open();
    Lease first = grant(store, LONG);
    assertThat(other.tryLease("refresh:oA", LONG)).isEmpty();

    first.close();

    assertThat(other.tryLease("refresh:oA", LONG)).isPresent();
  }

  @Test
  void aLeaseThatIsNotClosedEndsByItselfAndNotBefore() throws Exception {
    assumeLeases();
    TokenStore other = open();
    Lease first = grant(store, SHORT);

    grantEventually(other, LONG);

    assertThat(first.remaining()).isLessThan(CLOCKS_DIFFER);
  }

  @Test
  void aLeaseThatIsOverIsGrantedToOneOfThirtyTwoThreads() throws Exception {
    assumeLeases();
    TokenStore other = open();
    Lease over = grant(store, SHORT);
    awaitThat(() -> over.remaining().isZero());

    List<Integer> granted =
        race(
            32,
            number -> {
              TokenStore mine = number % 2 == 0 ? store : other;
              return countGrants(mine, Duration.ofMillis(100));
            });

    assertThat(granted.stream().mapToInt(count -> count).sum()).isEqualTo(1);
  }

  @Test
  void aFormerHolderDoesNotReleaseTheLeaseOfItsSuccessor() throws Exception {
    assumeLeases();
    TokenStore other = open();
    Lease former = grant(store, SHORT);
    Lease present = grantEventually(other, LONG);

    former.close();

    assertThat(store.tryLease("refresh:oA", LONG)).isEmpty();
    assertThat(present.remaining()).isPositive();
  }

  @Test
  void aLeaseThatIsClosedTwiceDoesNotReleaseTheLeaseOfItsSuccessor() throws Exception {
    assumeLeases();
    TokenStore other = open();
    Lease first = grant(store, LONG);
    first.close();
    grant(other, LONG);

    first.close();

    assertThat(store.tryLease("refresh:oA", LONG)).isEmpty();
  }

  @Test
  void aLeaseMayBeHadAgainAndAgain() {
    for (int i = 0; i < 20; i++) {
      grant(store, LONG).close();
    }

    assertThat(store.tryLease("refresh:oA", LONG)).isPresent();
  }

  @Test
  void whatRemainsCountsDownFromTheDurationToZero() {
    Lease lease = grant(store, SHORT);
    Duration first = lease.remaining();

    assertThat(first).isLessThanOrEqualTo(SHORT);
    awaitThat(() -> lease.remaining().compareTo(first) < 0);
    awaitThat(() -> lease.remaining().isZero());
    assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
  }

  @Test
  void nothingRemainsOfAClosedLease() {
    Lease lease = grant(store, LONG);
    assertThat(lease.remaining()).isPositive();

    lease.close();

    assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
  }

  @Test
  void aLeaseCountsFromBeforeItWasAskedFor() {
    Lease lease = grant(store, LONG);
    long granted = System.nanoTime();

    Duration remaining = lease.remaining();

    Duration sinceGranted = Duration.ofNanos(System.nanoTime() - granted);
    assertThat(remaining).isLessThan(LONG);
    assertThat(remaining).isGreaterThan(LONG.minus(sinceGranted).minus(patience()));
  }

  @Test
  void closingALeaseAfterItsStoreIsNoError() throws Exception {
    TokenStore other = open();
    Lease lease = grant(other, LONG);
    other.close();

    lease.close();

    assertThat(lease.remaining()).isEqualTo(Duration.ZERO);
  }

  @Test
  void aLeaseNamedLikeATokenDoesNotDisturbTheToken() throws Exception {
    store.saveToken("oA", token("oA"));

    Lease lease = store.tryLease("oA", LONG).orElseThrow();
    assertStored(token("oA"));
    assertThat(store.replaceToken("oA", token("oA"), renewed(token("oA"), 1))).isTrue();
    lease.close();

    assertStored(renewed(token("oA"), 1));
    assertThat(scan()).containsExactly(renewed(token("oA"), 1));
  }

  @Test
  void aTokenNamedLikeALeaseDoesNotDisturbTheLease() throws Exception {
    assumeLeases();
    Lease lease = store.tryLease("oA", LONG).orElseThrow();

    OAuthToken token = token("oA");
    assertThat(store.saveTokenIfAbsent("oA", token)).isTrue();
    assertThat(store.deleteToken("oA")).isTrue();

    assertThat(store.tryLease("oA", LONG)).isEmpty();
    assertThat(lease.remaining()).isPositive();
  }

  @Test
  void aLeaseIsNoToken() {
    grant(store, LONG);

    assertThat(store.getToken("refresh:oA")).isEmpty();
    assertThat(store.deleteToken("refresh:oA")).isFalse();
    assertThat(scan()).isEmpty();
  }

  @Test
  void theLongestNameIsLeased() {
    String name = "n".repeat(contract.longestLeaseName() - 1);

    assertThat(store.tryLease(name + "1", LONG)).isPresent();
    assertThat(store.tryLease(name + "2", LONG)).isPresent();
    assertThat(store.tryLease(name + "1", LONG).isEmpty()).isEqualTo(contract.enforcesLeases());
  }

  @ParameterizedTest
  @MethodSource("whatIsNoName")
  void whatIsNoNameIsRefused(@Nullable String bad) {
    assertRefused(bad, LONG);
  }

  @Test
  void aNameThatIsTooLongIsRefused() {
    assertRefused("n".repeat(contract.longestLeaseName() + 1), LONG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0S", "PT-1S", "PT0.000999999S", "PT24H0.001S", "PT8760H"})
  void aDurationThatIsNotBetweenAMillisecondAndADayIsRefused(Duration bad) {
    assertRefused("refresh:oA", bad);
  }

  @Test
  void noDurationIsRefused() {
    assertRefused("refresh:oA", null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0.001S", "PT0.0015S", "PT24H"})
  void aDurationFromAMillisecondToADayIsGranted(Duration atMost) {
    assertThat(store.tryLease("refresh:oA", atMost)).isPresent();
  }

  static Stream<@Nullable String> whatIsNoName() {
    return Stream.of(
        null,
        "",
        " ",
        "a ",
        " a",
        "a\n",
        "a\u0000",
        "a'",
        "a\"",
        "a%",
        "a*",
        "a?",
        "../a",
        "a/b",
        "é",
        "😀",
        "n".repeat(201));
  }

  private void assumeLeases() {
    assumeTrue(contract.enforcesLeases(), "this store grants every lease");
  }

  @SuppressWarnings("NullAway") // Null is one of the bad values.
  private void assertRefused(@Nullable String name, @Nullable Duration atMost) {
    assertThatThrownBy(() -> store.tryLease(name, atMost))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Lease grant(TokenStore store, Duration atMost) {
    Optional<Lease> lease = store.tryLease("refresh:oA", atMost);
    assertThat(lease).isPresent();
    return lease.orElseThrow();
  }

  private Lease grantEventually(TokenStore store, Duration atMost) {
    return grantEventually(store, "refresh:oA", atMost);
  }

  private Lease grantEventually(TokenStore store, String name, Duration atMost) {
    long deadline = System.nanoTime() + patience().toNanos();
    Optional<Lease> lease = store.tryLease(name, atMost);
    while (lease.isEmpty()) {
      assertThat(System.nanoTime()).as("the lease ends by itself").isLessThan(deadline);
      lease = store.tryLease(name, atMost);
    }
    return lease.orElseThrow();
  }

  private static int countGrants(TokenStore store, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    int grants = 0;
    do {
      grants += store.tryLease("refresh:oA", LONG).isPresent() ? 1 : 0;
    } while (System.nanoTime() < end);
    return grants;
  }

  private void awaitThat(BooleanSupplier condition) {
    long deadline = System.nanoTime() + patience().toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("within " + patience()).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
