package io.github.wxtoken;

import io.github.wxtoken.WeChatOAuthListener.CodeReplay;
import io.github.wxtoken.WeChatOAuthListener.ExchangeOutcome;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.RedactedException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Exchanges codes, each once in the cluster: a code is single-use, and browsers do call back twice
 * (docs/wechat-protocol.md#duplicate-callbacks).
 *
 * <p>In this process, callers with the same code share one exchange, and for 10 minutes a repeat is
 * answered from its outcome. In other processes a lease on the code's hash turns them away before
 * they ask WeChat. A store that cannot decide about the lease at the moment fails the call before
 * WeChat is asked; with one that cannot lease at all, two processes may both ask, and WeChat
 * refuses the second. An exchange whose answer is lost is not tried again: the first try may have
 * succeeded.
 */
final class CodeExchange {
  /** WeChat's have 32 characters. A longer URL than a server takes would be a failure of it. */
  private static final int LONGEST_CODE = 512;

  private final TokenStore store;
  private final Duration deadline;
  private final Workers workers;
  private final Events events;
  private final Purpose login;
  private final Purpose session;
  private final CodeOutcomes outcomes;
  private final SingleFlight<String> flights;

  /**
   * The purpose of a code: it says how the code is exchanged, how the grant is saved, and which
   * quota limits the calls. Each purpose remembers its own codes, so WeChat's refusal of a code
   * that was passed to the wrong method does not answer a call of the right method.
   */
  private record Purpose(
      String prefix,
      Function<String, OAuthToken> exchange,
      UnaryOperator<OAuthToken> keep,
      CallQuota quota) {

    String key(String code) {
      return prefix + sha256(code);
    }

    OAuthToken ask(String code) {
      try {
        return exchange.apply(code);
      } catch (WeChatApiException e) {
        quota.remember(e);
        throw e;
      }
    }
  }

  CodeExchange(
      TokenStore store,
      WeChatApi api,
      GrantSaver grants,
      Clock clock,
      Duration deadline,
      Workers workers,
      Events events) {
    this.store = store;
    this.deadline = deadline;
    this.workers = workers;
    this.events = events;
    this.login = new Purpose("", api::exchange, grants::keepLogin, CallQuota.ofTheApp(clock));
    this.session =
        new Purpose("session:", api::session, grants::keepSession, CallQuota.ofSessions(clock));
    this.outcomes = new CodeOutcomes(clock);
    this.flights = new SingleFlight<>(workers);
  }

  /** Exchanges the code of the web login for a token, and keeps it. */
  OAuthToken token(String code) {
    return once(code, login);
  }

  /** Exchanges the code of {@code wx.login} for a session, and keeps it. */
  OAuthToken session(String code) {
    return once(code, session);
  }

  private OAuthToken once(String code, Purpose purpose) {
    requirePlausible(code);
    String key = purpose.key(code);
    Deadline until = Deadline.in(deadline);
    while (true) {
      Optional<OAuthToken> known = outcome(key);
      if (known.isPresent()) {
        return known.get();
      }
      purpose.quota().check();
      Optional<OAuthToken> token =
          flights.join(
              key,
              leader -> Optional.of(lead(leader, until, () -> exchange(key, code, purpose))),
              flight -> follow(flight, until));
      if (token.isPresent()) {
        return token.get();
      }
    }
  }

  /** Refuses what cannot be a code. A browser sends it, so it is no error of the application's. */
  static void requirePlausible(String code) {
    if (code.length() > LONGEST_CODE) {
      throw new ReauthorizationRequiredException(
          "this code is not valid: it has more than " + LONGEST_CODE + " characters", null);
    }
    if (!Utf8.isWellFormed(code)) {
      throw new ReauthorizationRequiredException(
          "this code is not valid: it has half a surrogate pair", null);
    }
  }

  /** A repeat while the first exchange is running; empty if its flight ended without an outcome. */
  private Optional<OAuthToken> follow(Flights<String>.Flight flight, Deadline until) {
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

  /** Once started, the exchange ends on a thread of the client's, even if the caller gives up. */
  private OAuthToken lead(
      SingleFlight<String>.Leader leader, Deadline until, Supplier<OAuthToken> task) {
    workers.takePlace(until);
    CompletableFuture<OAuthToken> running = leader.start(task, Optional::of);
    return Workers.await(running, until, "WeChat's answer to a code");
  }

  private OAuthToken exchange(String key, String code, Purpose purpose) {
    Optional<OAuthToken> known = outcome(key);
    if (known.isPresent()) {
      return known.get(); // a flight ended between our look and our take-off
    }
    purpose.quota().check(); // it may have been used up while we waited for a thread
    Lease lease =
        store.tryLease("code:" + key, CodeOutcomes.REMEMBERED).orElseThrow(this::turnedAway);
    try {
      OAuthToken token = told(() -> purpose.keep().apply(purpose.ask(code)));
      outcomes.remember(key, token);
      return token;
    } catch (WeChatOAuthException e) {
      outcomes.remember(key, e);
      if (CodeOutcomes.refusal(e) != null) {
        lease.close();
      }
      if (e instanceof CodeAlreadyUsedException) {
        events.codeReplayed(CodeReplay.REFUSED);
      }
      throw e;
    }
  }

  private OAuthToken told(Supplier<OAuthToken> exchange) {
    long start = System.nanoTime();
    ExchangeOutcome outcome = ExchangeOutcome.UNKNOWN;
    try {
      OAuthToken token = exchange.get();
      outcome = ExchangeOutcome.EXCHANGED;
      return token;
    } catch (WeChatOAuthException e) {
      outcome = outcome(e);
      throw e;
    } finally {
      events.codeExchanged(outcome, Events.since(start));
    }
  }

  private static ExchangeOutcome outcome(WeChatOAuthException failure) {
    if (failure instanceof TokenStoreException) {
      return ExchangeOutcome.NOT_SAVED;
    }
    if (failure instanceof CodeAlreadyUsedException) {
      return ExchangeOutcome.ALREADY_USED;
    }
    return switch (Failures.outcome(failure)) {
      case REAUTHORIZATION_REQUIRED -> ExchangeOutcome.CODE_REFUSED;
      case LIMITED -> ExchangeOutcome.LIMITED;
      case FAILED -> ExchangeOutcome.UNKNOWN;
      case REFRESHED, REFUSED -> ExchangeOutcome.REFUSED;
    };
  }

  private CodeAlreadyUsedException turnedAway() {
    events.codeReplayed(CodeReplay.TURNED_AWAY);
    return new CodeAlreadyUsedException(
        "another process has exchanged this code, or does so now", null);
  }

  private Optional<OAuthToken> outcome(String key) {
    boolean known = true;
    try {
      Optional<OAuthToken> token = Optional.ofNullable(outcomes.token(key));
      known = token.isPresent();
      return token;
    } finally {
      if (known) {
        events.codeReplayed(CodeReplay.ANSWERED);
      }
    }
  }

  /** A code is a secret while it lives, so stores see its hash. */
  static String sha256(String code) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(Utf8.bytes(code)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", RedactedException.of(e));
    }
  }
}
