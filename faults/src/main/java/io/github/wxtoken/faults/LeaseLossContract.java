package io.github.wxtoken.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.WeChatOAuth;
import io.github.wxtoken.simulator.WeChatSimulator;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The behaviour of a store that loses the right to lease, or the table of its leases, while it
 * runs, and regains it. The store must use {@link io.github.wxtoken.store.LeaseAvailability} or
 * behave in the same way.
 */
@Timeout(180)
@Isolated("it counts what is logged")
@SuppressWarnings("NullAway.Init") // JUnit sets it before each test.
@Tag("faults")
public abstract class LeaseLossContract {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final int CALLERS = 20;

  /** The longest pause between two attempts, plus the delay of a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private WeChatSimulator weChat;
  private LogRecorder log;

  /** For subclasses. */
  protected LeaseLossContract() {}

  /**
   * Opens the store on an empty database.
   *
   * @return the store, which the suite closes
   * @throws Exception if there is none, which fails the test
   */
  protected abstract TokenStore open() throws Exception;

  /**
   * Takes the right to lease from the store, or removes what leases need, and leaves tokens
   * unchanged.
   *
   * @throws Exception if that fails, which fails the test
   */
  protected abstract void breakLeases() throws Exception;

  /**
   * Undoes {@link #breakLeases}; does nothing if leases are not broken.
   *
   * @throws Exception if that fails, which fails the test
   */
  protected abstract void mendLeases() throws Exception;

  @BeforeEach
  void start() {
    weChat = WeChatSimulator.start();
    log = LogRecorder.listen("io.github.wxtoken", Level.INFO);
  }

  @AfterEach
  void stop() throws Exception {
    log.close();
    for (AutoCloseable each : opened) {
      each.close();
    }
    mendLeases();
    weChat.close();
  }

  private <T extends AutoCloseable> T closedLater(T opening) {
    opened.add(0, opening);
    return opening;
  }

  private WeChatOAuth client(TokenStore store) {
    return closedLater(
        WeChatOAuth.builder(WeChatSimulator.APPID, WeChatSimulator.SECRET)
            .store(store)
            .apiEndpoint(weChat.uri())
            .clock(weChat.clock())
            .build());
  }

  @Test
  final void aStoreThatLosesLeasesGrantsNoneAndRecoversByItself() throws Exception {
    TokenStore store = closedLater(open());
    assertExclusive(store.tryLease("refresh:oBefore", HOUR));
    breakLeases();

    for (int i = 0; i < CALLERS; i++) {
      assertThatThrownBy(() -> store.tryLease("refresh:oUser", HOUR))
          .isInstanceOf(LeaseUnavailableException.class);
    }
    assertThat(store.getToken("oUser")).as("what needs no lease").isEmpty();

    mendLeases();
    awaitLease(store, "refresh:oUser");
    assertThat(store.tryLease("refresh:oUser", HOUR)).as("a held lease").isEmpty();
    assertExclusive(store.tryLease("refresh:oOther", HOUR));
    assertLogged("WARN Leases are unavailable", "INFO Leases are available again");
  }

  /** Also holds for a store that has not leased anything yet. */
  @Test
  final void aStoreThatCouldLeaseAtStartGrantsNoneEither() throws Exception {
    TokenStore store = closedLater(open());
    breakLeases();

    assertThatThrownBy(() -> store.tryLease("refresh:oUser", HOUR))
        .isInstanceOf(LeaseUnavailableException.class);
    assertLogged("WARN Leases are unavailable");
  }

  @Test
  final void aStoreThatLosesThemTwiceRecoversTwice() throws Exception {
    TokenStore store = closedLater(open());
    for (int i = 0; i < 2; i++) {
      breakLeases();
      assertThatThrownBy(() -> store.tryLease("refresh:oUser", HOUR))
          .isInstanceOf(LeaseUnavailableException.class);
      mendLeases();
      awaitLease(store, "refresh:oUser" + i);
    }
    assertLogged(
        "WARN Leases are unavailable",
        "INFO Leases are available again",
        "WARN Leases are unavailable",
        "INFO Leases are available again");
  }

  @Test
  final void oneStateIsAcceptedByNoneWhileLeasesAreLostAndByOneAfterwards() throws Exception {
    TokenStore store = closedLater(open());
    WeChatOAuth client = client(store);
    String state = client.newState("session");
    breakLeases();

    for (int i = 0; i < CALLERS; i++) {
      String code = "code" + i;
      assertThatThrownBy(() -> client.verifyState(state, "session", code))
          .isInstanceOf(TokenStoreException.class);
    }

    mendLeases();
    awaitLease(store, "refresh:oAny");
    String next = client.newState("session");
    int accepted = 0;
    for (int i = 0; i < CALLERS; i++) {
      String code = "code" + i;
      if (catchThrowable(() -> client.verifyState(next, "session", code)) == null) {
        accepted++;
      }
    }
    assertThat(accepted).isEqualTo(1);
  }

  @Test
  final void anExpiredTokenIsRefreshedWhileLeasesAreLost() throws Exception {
    TokenStore store = closedLater(open());
    WeChatOAuth client = client(store);
    String code = weChat.authorize(WeChatSimulator.APPID, "eve", "snsapi_base");
    OAuthToken first = client.getAccessToken(code);
    weChat.clock().advance(Duration.ofHours(3));
    breakLeases();

    OAuthToken second = client.getValidToken(first.openid());

    assertThat(second.accessToken()).isNotEqualTo(first.accessToken());
    assertThat(store.getToken(first.openid())).contains(second);
  }

  private static void awaitLease(TokenStore store, String name) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        assertExclusive(store.tryLease(name, HOUR));
        return;
      } catch (LeaseUnavailableException e) {
        assertThat(System.nanoTime()).as("still unavailable").isLessThan(end);
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  private static void assertExclusive(Optional<Lease> lease) {
    assertThat(lease).hasValueSatisfying(held -> assertThat(held.isExclusive()).isTrue());
  }

  /** Asserts that each loss and recovery of leases is logged once. */
  private void assertLogged(String... changes) {
    assertThat(log.lines())
        .extracting(line -> line.level() + " " + line.message())
        .filteredOn(line -> line.contains("Leases are"))
        .hasSize(changes.length)
        .zipSatisfy(List.of(changes), (line, change) -> assertThat(line).startsWith(change));
  }
}
