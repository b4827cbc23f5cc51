package io.github.wxtoken.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.wxtoken.OAuthToken;
import io.github.wxtoken.faults.TcpProxy;
import io.github.wxtoken.faults.TestServer;
import io.github.wxtoken.store.StoreOptions;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import io.github.wxtoken.store.TokenStores;
import io.github.wxtoken.testkit.Tokens;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A connection that goes silent or breaks, while the server itself is well. */
@SuppressWarnings("NullAway.Init") // the store is opened before each test
class BrokenConnectionTest {
  @RegisterExtension static final TestServer SERVER = Servers.REDIS;

  private static final String PREFIX = "broken:";
  private static final OAuthToken FIRST = Tokens.token("oA");
  private static final OAuthToken SECOND = Tokens.renewed(FIRST);

  private TcpProxy proxy;
  private TokenStore store;

  @BeforeEach
  void open() throws IOException {
    Servers.clear(SERVER.url(), PREFIX);
    proxy = Servers.proxy(SERVER.url());
    store = TokenStores.open(Servers.url(proxy) + "?wxtoken.timeout=3000&wxtoken.prefix=" + PREFIX);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    proxy.close();
  }

  @Test
  void whatIsAskedOfASilentPeerFailsWithinTheTimeout() {
    store.saveToken("oA", FIRST);
    proxy.swallow();

    Outages.assertFailsInTime(Duration.ofSeconds(3), () -> store.getToken("oA"));
    Outages.assertFailsInTime(Duration.ofSeconds(3), () -> store.saveToken("oA", SECOND));
    Outages.assertFailsInTime(Duration.ofSeconds(3), () -> store.replaceToken("oA", FIRST, SECOND));
    Outages.assertFailsInTime(Duration.ofSeconds(3), () -> store.tokens().forEach(token -> {}));
    Outages.assertFailsInTime(
        Duration.ofSeconds(3), () -> store.tryLease("x", Duration.ofSeconds(1)));
  }

  @Test
  void aSilentPeerIsLeftForANewConnection() {
    store.saveToken("oA", FIRST);
    proxy.swallow();
    Outages.assertFailsInTime(Duration.ofSeconds(3), () -> store.saveToken("oA", SECOND));

    proxy.letNewOnesThrough();

    Outages.await(Duration.ofSeconds(30), () -> assertThat(store.getToken("oA")).contains(FIRST));
  }

  @Test
  void aWriteThatHadNoAnswerIsNotSentAgain() {
    proxy.swallow();
    assertThatThrownBy(() -> store.saveToken("oA", FIRST)).isInstanceOf(TokenStoreException.class);
    Servers.raw(SERVER.url()).set(PREFIX + "oA", SECOND.toJson());

    proxy.letNewOnesThrough();

    Outages.await(Duration.ofSeconds(30), () -> assertThat(store.getToken("oA")).contains(SECOND));
    // Nothing was waiting for the connection either.
    assertThat(store.saveTokenIfAbsent("oB", Tokens.token("oB"))).isTrue();
    assertThat(store.getToken("oA")).contains(SECOND);
  }

  @Test
  void severalWritesThatHadNoAnswerAreNotSentAgain() {
    proxy.swallow();
    assertThatThrownBy(() -> store.saveTokensIfAbsent(List.of(FIRST, Tokens.token("oB"))))
        .isInstanceOf(TokenStoreException.class)
        .hasMessageContaining("cannot save the tokens of oA and 1 more: ");

    proxy.letNewOnesThrough();

    Outages.await(Duration.ofSeconds(30), () -> assertThat(store.getToken("oA")).isEmpty());
    assertThat(store.saveTokensIfAbsent(List.of(SECOND, Tokens.token("oB"))))
        .containsExactlyInAnyOrder("oA", "oB");
    assertThat(store.getToken("oA")).contains(SECOND);
  }

  @Test
  void aWriteWhileDisconnectedFailsClearlyAndNeverComesToPass() throws IOException {
    proxy.close();
    Outages.await(
        Duration.ofSeconds(30),
        () ->
            assertThat(catchThrowable(() -> store.saveToken("oA", FIRST)))
                .isInstanceOf(TokenStoreException.class)
                .hasMessageContaining("cannot save the token of oA: cannot connect to Redis at "));

    assertThat(Servers.raw(SERVER.url()).get(PREFIX + "oA")).isNull();
  }

  @Test
  void aConnectionThatBreaksIsMadeAnewUnderARead() throws IOException {
    store.saveToken("oA", FIRST);

    for (int i = 0; i < 5; i++) {
      proxy.hangUp();
      Outages.await(Duration.ofSeconds(30), () -> assertThat(store.getToken("oA")).contains(FIRST));
    }

    assertThat(proxy.accepted()).isGreaterThan(1);
  }

  @Test
  void aConnectionThatBreaksEndsAScan() throws IOException {
    // Not through the store, whose timeout a busy machine may exceed once in so many calls.
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < 1_200; i++) {
      values.put(PREFIX + "o" + i, Tokens.token("o" + i).toJson());
    }
    Servers.raw(SERVER.url()).mset(values);
    try (Stream<OAuthToken> tokens = store.tokens()) {
      Iterator<OAuthToken> rest = tokens.iterator();
      rest.next();

      proxy.hangUp();

      assertThatThrownBy(() -> rest.forEachRemaining(token -> {}))
          .isInstanceOf(TokenStoreException.class)
          .hasMessageContaining("cannot list tokens");
    }
  }

  @Test
  void anInterruptEndsTheWaitAndStays() throws Exception {
    proxy.swallow();
    FutureTask<Boolean> call =
        new FutureTask<>(
            () -> {
              Throwable thrown = catchThrowable(() -> store.saveToken("oA", FIRST));
              assertThat(thrown)
                  .isInstanceOf(TokenStoreException.class)
                  .hasMessageContaining("interrupted");
              return Thread.currentThread().isInterrupted();
            });
    Thread caller = new Thread(call, "caller");
    caller.start();

    caller.interrupt();

    assertThat(call.get()).isTrue();
  }

  @Test
  void aLeaseThatWasGrantedWithoutAnAnswerIsGivenBack() {
    try (TokenStore patient =
        TokenStores.open(Servers.url(proxy) + "?wxtoken.timeout=9000&wxtoken.prefix=" + PREFIX)) {
      // Answers, not commands, get lost: the server hears everything.
      proxy.swallowAnswers();
      assertThatThrownBy(() -> patient.tryLease("refresh:oA", Duration.ofHours(1)))
          .isInstanceOf(TokenStoreException.class);
    }

    Outages.await(
        Duration.ofSeconds(30),
        () -> assertThat(Servers.keys(SERVER.url(), "lease:" + PREFIX + "*")).isEmpty());
  }

  @Test
  void callersThatGetNoPermitInTimeAreRefusedAndNothingOfTheirsIsSent() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(8);
    AtomicInteger sent = new AtomicInteger();
    RedisUrl url = RedisUrl.of(Servers.url(proxy), new StoreOptions(Map.of()));
    try (Redis redis =
        new Redis(
            commandTimeout -> new OwnClient(url, commandTimeout),
            url.name(),
            Duration.ofSeconds(3),
            1)) {
      Callable<Throwable> call =
          () ->
              catchThrowable(
                  () ->
                      redis
                          .begin("wait for ever", "")
                          .write(
                              commands -> {
                                sent.incrementAndGet();
                                return new CompletableFuture<>();
                              }));
      List<String> messages = new ArrayList<>();
      for (Future<Throwable> thrown : callers.invokeAll(Collections.nCopies(8, call))) {
        messages.add(String.valueOf(thrown.get().getMessage()));
      }

      assertThat(messages)
          .contains(
              "cannot wait for ever: " + url.name() + " did not answer in time (TimeoutException)")
          .contains(
              "cannot wait for ever: too many calls wait for "
                  + url.name()
                  + " (no permit in time)");
      assertThat(sent).hasValueBetween(1, 4);
    } finally {
      callers.shutdownNow();
    }
  }
}
