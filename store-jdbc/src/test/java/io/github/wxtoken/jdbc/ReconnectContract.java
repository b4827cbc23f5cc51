package io.github.wxtoken.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.github.wxtoken.faults.LogRecorder;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The store's reconnects, and their end, behind a proxy that the test controls. */
@Tag("faults")
abstract class ReconnectContract {
  private final TestServer server;
  private TcpProxy proxy;
  private String url;
  private final List<TokenStore> stores = new ArrayList<>();

  /** Tests a driver. */
  @SuppressWarnings("NullAway.Init") // by the method below
  ReconnectContract(TestServer server) {
    this.server = server;
  }

  @BeforeEach
  void startTheProxy(TestInfo test) throws Exception {
    proxy = new TcpProxy(address());
    String name = test.getTestMethod().orElseThrow().getName();
    url = behind(proxy, database("rec" + Integer.toHexString(name.hashCode())));
  }

  @AfterEach
  void closeAll() throws IOException {
    stores.forEach(TokenStore::close);
    proxy.close();
  }

  /** Makes an empty database, and returns its URL. */
  String database(String name) throws Exception {
    return Servers.database(server, name);
  }

  /** Returns an error in place of the greeting. */
  byte[] refusal() {
    return errorPacket(1129, "Host '172.17.0.1' is blocked because of CANARY");
  }

  /** Returns what the store says of it, the code first. */
  List<String> refusalInWords() {
    return List.of("1129", "FLUSH HOSTS", "max_connect_errors");
  }

  private InetSocketAddress address() {
    URI uri = URI.create(server.url().substring("jdbc:".length()));
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }

  static String behind(TcpProxy proxy, String direct) {
    String authority = URI.create(direct.substring("jdbc:".length())).getAuthority();
    return direct.replace(authority, "127.0.0.1:" + proxy.port()) + "&wxtoken.createSchema=true";
  }

  private TokenStore open() {
    TokenStore store = TokenStores.open(url);
    stores.add(store);
    return store;
  }

  @Test
  void aSilentServerIsLeftWaitingAndNotAbandonedAgainAndAgain() {
    TokenStore store = open();
    proxy.leadNowhere();
    proxy.hangUp();
    long start = System.nanoTime();
    await(() -> since(start) > 10_000);
    int abandoned = proxy.abandoned();

    proxy.lead(address());
    long returned = System.nanoTime();
    await(() -> succeeds(() -> store.saveToken("oA", Tokens.token("oA"))));

    print("silent for 10 s: %d abandoned, first success after %d ms", abandoned, since(returned));
    // After 3 s and 9 s. With a pause of 250 ms it was one each 1.25 s (MariaDB) or 3.25 s (MySQL).
    assertThat(abandoned).isLessThanOrEqualTo(2);
    assertThat(since(returned)).isLessThan(3_000);
  }

  @Test
  void aServerThatRefusesIsAskedAgainWithinASecond() throws Exception {
    TokenStore store = open();
    int port = proxy.port();
    proxy.close();
    Throwable thrown = catchThrowable(() -> store.getToken("oA"));
    assertThat(thrown).isInstanceOf(TokenStoreException.class);

    try (TcpProxy again = new TcpProxy(address(), port)) {
      long returned = System.nanoTime();
      await(() -> succeeds(() -> store.saveToken("oA", Tokens.token("oA"))));

      print("refused: first success after %d ms", since(returned));
      assertThat(since(returned)).isLessThan(3_000);
      store.close();
    }
  }

  /** As Spring Boot sets one up. */
  @Test
  void overAPoolThatWaitsForHalfAMinuteEachCallEndsInTimeAndTheStoreRecovers() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(url.replace("&wxtoken.createSchema=true", ""));
    try (HikariDataSource pool = new HikariDataSource(config);
        TokenStore store = JdbcTokenStore.builder(pool).createSchema(true).build()) {
      int port = proxy.port();
      proxy.close();

      for (int i = 0; i < 2; i++) {
        long start = System.nanoTime();
        Throwable thrown = catchThrowable(() -> store.getToken("oA"));
        print("HikariCP of 30 s, server stopped: a read failed after %d ms", since(start));
        assertThat(thrown).isInstanceOf(TokenStoreException.class);
        assertThat(since(start)).isLessThan(4_000);
      }
      try (TcpProxy again = new TcpProxy(address(), port)) {
        long returned = System.nanoTime();
        await(() -> succeeds(() -> store.getToken("oA")));
        print("HikariCP of 30 s: first success after %d ms", since(returned));
      }
    }
  }

  @Test
  void aRefusalOfTheServerIsExplainedWithItsRemedy() {
    TokenStore store = open();
    proxy.answer(refusal());
    proxy.hangUp();

    await(
        () -> {
          Throwable thrown = catchThrowable(() -> store.getToken("oA"));
          if (thrown != null) {
            FaultsTest.assertNoCanary(thrown);
          }
          return thrown != null
              && String.valueOf(thrown.getMessage()).contains(refusalInWords().get(0));
        });

    assertThat(catchThrowable(() -> store.getToken("oA")))
        .hasMessageContainingAll(refusalInWords().toArray(String[]::new))
        .hasMessageContaining("next attempt to connect");
    proxy.lead(address());
    long returned = System.nanoTime();
    await(() -> succeeds(() -> store.saveToken("oA", Tokens.token("oA"))));
    assertThat(since(returned)).isLessThan(5_000);
  }

  @Test
  void closingWhileTheServerIsSilentReturnsAtOnceAndBeginsNoOtherAttempt() {
    TokenStore store = open();
    proxy.leadNowhere();
    proxy.hangUp();
    int before = proxy.accepted();
    await(() -> proxy.accepted() > before);

    assertClosesAtOnce(store);
  }

  @Test
  void closingWhileTheServerRefusesReturnsAtOnce() throws Exception {
    TokenStore store = open();
    proxy.close();
    assertThat(catchThrowable(() -> store.getToken("oA"))).isInstanceOf(TokenStoreException.class);

    assertClosesAtOnce(store);
  }

  @Test
  void closingWhileEstablishedConnectionsAreSilentReturnsAtOnce() throws Exception {
    TokenStore store = open();
    proxy.swallow();
    Thread caller = new Thread(() -> succeeds(() -> store.getToken("oA")));
    caller.start();
    await(() -> caller.getState() != Thread.State.NEW && isReading(caller));

    // To abort a connection, MariaDB's driver tries to kill its statement over another one.
    assertClosesAtOnce(store, 1);
    caller.join();
  }

  @Test
  void closingRightAfterOpeningIsQuiet() {
    for (int i = 0; i < 10; i++) {
      assertClosesAtOnce(open());
    }
  }

  private static boolean isReading(Thread caller) {
    for (StackTraceElement element : caller.getStackTrace()) {
      if (element.getMethodName().equals("read") && element.getClassName().contains("Socket")) {
        return true;
      }
    }
    return !caller.isAlive();
  }

  /** Asserts a prompt close without a warning of Hikari, and no connection afterwards. */
  private void assertClosesAtOnce(TokenStore store) {
    assertClosesAtOnce(store, 0);
  }

  private void assertClosesAtOnce(TokenStore store, int connectionsOfTheDriver) {
    try (LogRecorder logs = LogRecorder.listen("com.zaxxer.hikari", Level.WARN)) {
      long start = System.nanoTime();
      store.close();
      long took = since(start);
      int accepted = proxy.accepted();
      int abandoned = proxy.abandoned();
      print("closed in %d ms", took);

      assertThat(took).isLessThan(2_000);
      assertThat(logs.messagesOfThisThread(Level.WARN)).isEmpty();
      long later = System.nanoTime();
      await(() -> since(later) > 600);
      assertThat(proxy.accepted()).isBetween(accepted, accepted + connectionsOfTheDriver);
      assertThat(proxy.abandoned()).isLessThanOrEqualTo(abandoned + 1 + connectionsOfTheDriver);
    }
  }

  /** An error of MySQL in place of the greeting. */
  private static byte[] errorPacket(int code, String message) {
    byte[] text = message.getBytes(StandardCharsets.US_ASCII);
    byte[] packet = new byte[7 + text.length];
    packet[0] = (byte) (3 + text.length);
    packet[4] = (byte) 0xff;
    packet[5] = (byte) code;
    packet[6] = (byte) (code >> 8);
    System.arraycopy(text, 0, packet, 7, text.length);
    return packet;
  }

  static boolean succeeds(Runnable call) {
    try {
      call.run();
      return true;
    } catch (TokenStoreException e) {
      return false;
    }
  }

  static long since(long nanoTime) {
    return (System.nanoTime() - nanoTime) / 1_000_000;
  }

  static void await(BooleanSupplier condition) {
    await(condition, 60_000);
  }

  static void await(BooleanSupplier condition, long millis) {
    long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("still waiting").isLessThan(end);
      LockSupport.parkNanos(10_000_000);
    }
  }

  void print(String format, Object... values) {
    System.out.println(
        "RESULT " + getClass().getSimpleName() + ": " + String.format(Locale.ROOT, format, values));
  }
}
