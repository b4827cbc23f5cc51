package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.CodeReplay;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges codes, each once in the cluster: a code is single-use, and browsers do call back twice
 * (protocol, section 10).
 *
 * <p>In this process, callers with the same code share one exchange, and for 10 minutes a repeat is
 * answered from its outcome. In other processes a lease on the code's hash turns them away before
 * they ask WeChat. An exchange whose answer is lost is not tried again: the first try may have
 * succeeded.
 */
final class CodeExchange {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final int AT_MOST = 10_000;

  private final TokenStore store;
  private final WeChatApi api;
  private final Grants grants;
  private final Clock clock;
  private final Duration deadline;
  private final Workers workers;
  private final WeChatOAuthListener events;
  private final Flights<String> flights = new Flights<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Outcome> outcomes =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Outcome> eldest) {
          return size() > AT_MOST || !eldest.getValue().until().isAfter(clock.instant());
        }
      };

  private record Outcome(
      @Nullable OAuthToken token, @Nullable WeChatOAuthException failure, Instant until) {}

  CodeExchange(
      TokenStore store,
      WeChatApi api,
      Grants grants,
      Clock clock,
      Duration deadline,
      Workers workers,
      WeChatOAuthListener events) {
    this.store = store;
    this.api = api;
    this.grants = grants;
    this.clock = clock;
    this.deadline = deadline;
    this.workers = workers;
    this.events = events;
  }

  /** Exchanges the code of the web login for a token, and keeps it. */
  OAuthToken token(String code) {
    return once(code, api::exchange, grants::keepLogin);
  }

  /** Exchanges the code of {@code wx.login} for a session, and keeps it. */
  OAuthToken session(String code) {
    return once(code, api::session, grants::keepSession);
  }

  private OAuthToken once(
      String code, Function<String, OAuthToken> exchange, UnaryOperator<OAuthToken> keep) {
    String hash = sha256(code);
    Deadline until = Deadline.in(deadline);
    while (true) {
      Optional<OAuthToken> known = outcome(hash);
      if (known.isPresent()) {
        return known.get();
      }
      Flights<String>.Seat seat = flights.enter(hash);
      Optional<OAuthToken> token =
          seat.leads()
              ? Optional.of(lead(seat.flight(), until, () -> exchange(hash, code, exchange, keep)))
              : share(seat.flight(), until);
      if (token.isPresent()) {
        return token.get();
      }
    }
  }

  /** A repeat while the first is under way; empty if its flight was vacated. */
  private Optional<OAuthToken> share(Flights<String>.Flight flight, Deadline until) {
    boolean answered = true;
    try {
      var token = flight.await(until, "another thread's exchange of this code");
      answered = token.isPresent();
      return token;
    } catch (CallerGaveUpException e) {
      answered = false;
      throw e;
    } finally {
      if (answered) {
        events.codeReplayed(CodeReplay.ANSWERED);
      }
    }
  }

  /** From here on the exchange ends on a thread of the client's, whatever becomes of the caller. */
  private OAuthToken lead(
      Flights<String>.Flight flight, Deadline until, Supplier<OAuthToken> task) {
    boolean started = false;
    try {
      workers.takePlace(until);
      CompletableFuture<OAuthToken> running = workers.run(task, flight::end);
      started = true;
      return Workers.await(running, until, "WeChat's answer to a code");
    } finally {
      if (!started) {
        flight.vacate();
      }
    }
  }

  private OAuthToken exchange(
      String hash,
      String code,
      Function<String, OAuthToken> exchange,
      UnaryOperator<OAuthToken> keep) {
    Optional<OAuthToken> known = outcome(hash);
    if (known.isPresent()) {
      return known.get(); // a flight ended between our look and our take-off
    }
    Lease lease = store.tryLease("code:" + hash, REMEMBERED).orElseThrow(this::turnedAway);
    try {
      OAuthToken token = keep.apply(exchange.apply(code));
      remember(hash, token, null);
      return token;
    } catch (WeChatOAuthException e) {
      remember(hash, null, e);
      if (isRefusal(e)) {
        lease.close();
      }
      if (e instanceof CodeAlreadyUsedException) {
        events.codeReplayed(CodeReplay.REFUSED);
      }
      throw e;
    }
  }

  private CodeAlreadyUsedException turnedAway() {
    events.codeReplayed(CodeReplay.TURNED_AWAY);
    return new CodeAlreadyUsedException(
        "another process has exchanged this code, or does so now", null);
  }

  /** Tells whether WeChat said no, as opposed to nothing that can be relied upon. */
  private static boolean isRefusal(WeChatOAuthException e) {
    Throwable said = e instanceof ReauthorizationRequiredException ? e.getCause() : e;
    return said instanceof WeChatApiException refusal && refusal.errcode() != -1;
  }

  private Optional<OAuthToken> outcome(String hash) {
    Outcome outcome;
    lock.lock();
    try {
      outcome = outcomes.get(hash);
    } finally {
      lock.unlock();
    }
    if (outcome == null || !outcome.until().isAfter(clock.instant())) {
      return Optional.empty();
    }
    events.codeReplayed(CodeReplay.ANSWERED);
    if (outcome.failure() != null) {
      throw outcome.failure();
    }
    return Optional.ofNullable(outcome.token());
  }

  private void remember(
      String hash, @Nullable OAuthToken token, @Nullable WeChatOAuthException failure) {
    lock.lock();
    try {
      outcomes.put(hash, new Outcome(token, failure, clock.instant().plus(REMEMBERED)));
    } finally {
      lock.unlock();
    }
  }

  /** A code is a secret while it lives, so stores see its hash. */
  static String sha256(String code) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(code.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
