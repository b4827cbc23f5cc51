package io.github.wxtoken.boot;

import io.github.wxtoken.WeChatOAuthListener;
import io.github.wxtoken.store.Lease;
import io.github.wxtoken.store.LeaseUnavailableException;
import io.github.wxtoken.store.TokenStore;
import io.github.wxtoken.store.TokenStoreException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Checks the store, for the health indicator of either line of Spring Boot. It is healthy if it
 * answers and leases: without leases nobody can sign in. The clock and WeChat's last error are
 * details alone, since a restart or another node mends neither. Nothing in it is a secret.
 */
final class WeChatHealth {
  private static final Duration LEASE = Duration.ofSeconds(5);

  private final TokenStore store;
  private final WeChatAnswers answers;
  private final String lease = "health:" + UUID.randomUUID();

  WeChatHealth(TokenStore store, WeChatAnswers answers) {
    this.store = store;
    this.answers = answers;
  }

  /**
   * The findings of one check.
   *
   * @param up whether users can sign in
   * @param details what an operator may see
   */
  record Report(boolean up, Map<String, Object> details) {}

  Report check() {
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("store", store.description());
    boolean up = isReachable(details) && canLease(details);
    addAnswers(details);
    return new Report(up, details);
  }

  private boolean isReachable(Map<String, Object> details) {
    try {
      store.ping();
      return true;
    } catch (RuntimeException e) {
      details.put("error", describe(e));
      return false;
    }
  }

  private boolean canLease(Map<String, Object> details) {
    try {
      Optional<Lease> leased = store.tryLease(lease, LEASE);
      boolean exclusive = leased.map(Lease::isExclusive).orElse(true);
      leased.ifPresent(Lease::close);
      details.put("leases", exclusive ? "available" : "unavailable");
      return exclusive;
    } catch (LeaseUnavailableException e) {
      details.put("leases", "unavailable");
      details.put("error", describe(e));
    } catch (RuntimeException e) {
      details.put("leases", "unknown");
      details.put("error", describe(e));
    }
    return false;
  }

  /** An exception of a store has no secret in its message; that of another class may have one. */
  private static String describe(RuntimeException e) {
    return e instanceof TokenStoreException
        ? String.valueOf(e.getMessage())
        : e.getClass().getName();
  }

  private void addAnswers(Map<String, Object> details) {
    Duration ahead = answers.clockAhead();
    if (ahead != null) {
      details.put("clockAheadOfWeChat", ahead);
    }
    WeChatAnswers.Failure failure = answers.lastFailure();
    if (failure != null) {
      details.put("lastWeChatError", describe(failure));
    }
  }

  private static Map<String, Object> describe(WeChatAnswers.Failure failure) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("endpoint", failure.endpoint().path());
    error.put("errcode", errcode(failure.errcode()));
    error.put("at", failure.at());
    return error;
  }

  private static Object errcode(int errcode) {
    return errcode == WeChatOAuthListener.NO_ANSWER ? "no answer" : errcode;
  }
}
