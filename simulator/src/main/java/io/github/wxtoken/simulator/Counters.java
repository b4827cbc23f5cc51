package io.github.wxtoken.simulator;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls to WeChat. A call counts when it arrives, before any gate or fault; a success
 * counts when WeChat has done its work, whether or not the answer reaches the caller. Thread-safe.
 */
public final class Counters {
  private final Map<Endpoint, LongAdder> calls = new ConcurrentHashMap<>();
  private final Map<Endpoint, LongAdder> successes = new ConcurrentHashMap<>();
  private final Map<Endpoint, Map<Integer, LongAdder>> errors = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> refreshes = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> successfulRefreshes = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> refreshesOfOpenid = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> successfulRefreshesOfOpenid = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> exchanges = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> successfulExchanges = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> appTokenFetches = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> appTokensIssued = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> appTokensForced = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> ticketFetches = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> ticketsIssued = new ConcurrentHashMap<>();

  Counters() {}

  /**
   * Returns the number of calls to WeChat's endpoints; calls to the simulator's own interface do
   * not count.
   *
   * @return the count
   */
  public long total() {
    return calls.values().stream().mapToLong(LongAdder::sum).sum();
  }

  /**
   * Returns the number of calls of an endpoint.
   *
   * @param endpoint which
   * @return the count
   */
  public long calls(Endpoint endpoint) {
    return sum(calls, endpoint);
  }

  /**
   * Returns the number of successful calls of an endpoint.
   *
   * @param endpoint which
   * @return the count
   */
  public long successes(Endpoint endpoint) {
    return sum(successes, endpoint);
  }

  /**
   * Returns the number of refusals of an endpoint, those of faults included.
   *
   * @param endpoint which
   * @param errcode which
   * @return the count
   */
  public long errors(Endpoint endpoint, int errcode) {
    return sum(errors.getOrDefault(endpoint, Map.of()), errcode);
  }

  /**
   * Returns the number of refresh calls with a refresh token.
   *
   * @param refreshToken known or not
   * @return the count
   */
  public long refreshes(String refreshToken) {
    return sum(refreshes, refreshToken);
  }

  /**
   * Returns the number of successful refreshes with a refresh token.
   *
   * @param refreshToken known or not
   * @return the count
   */
  public long successfulRefreshes(String refreshToken) {
    return sum(successfulRefreshes, refreshToken);
  }

  /**
   * Returns the number of refresh calls with any refresh token of a user.
   *
   * @param openid the user
   * @return the count
   */
  public long refreshesOfOpenid(String openid) {
    return sum(refreshesOfOpenid, openid);
  }

  /**
   * Returns the number of successful refreshes with any refresh token of a user.
   *
   * @param openid the user
   * @return the count
   */
  public long successfulRefreshesOfOpenid(String openid) {
    return sum(successfulRefreshesOfOpenid, openid);
  }

  /**
   * Returns the number of exchanges of a code, a mini program's included.
   *
   * @param code known or not
   * @return the count
   */
  public long exchanges(String code) {
    return sum(exchanges, code);
  }

  /**
   * Returns the number of successful exchanges of a code: 0 or 1.
   *
   * @param code known or not
   * @return the count
   */
  public long successfulExchanges(String code) {
    return sum(successfulExchanges, code);
  }

  /**
   * Returns the number of successful fetches of an app's token, by {@link Endpoint#TOKEN} and
   * {@link Endpoint#STABLE_TOKEN} together. The call succeeds when WeChat accepts the secret.
   *
   * @param appid the app
   * @return the count
   */
  public long appTokenFetches(String appid) {
    return sum(appTokenFetches, appid);
  }

  /**
   * Returns the number of tokens made for an app: the fetches that did not get a token which
   * existed before.
   *
   * @param appid the app
   * @return the count
   */
  public long appTokensIssued(String appid) {
    return sum(appTokensIssued, appid);
  }

  /**
   * Returns the number of tokens that an app got by {@code force_refresh}. A forced call that comes
   * less than 30 s after another one does not count.
   *
   * @param appid the app
   * @return the count
   */
  public long appTokensForced(String appid) {
    return sum(appTokensForced, appid);
  }

  /**
   * Returns the number of successful fetches of an app's tickets, of all types together.
   *
   * @param appid the app
   * @return the count
   */
  public long ticketFetches(String appid) {
    return sum(ticketFetches, appid);
  }

  /**
   * Returns the number of tickets made for an app, of all types together.
   *
   * @param appid the app
   * @return the count
   */
  public long ticketsIssued(String appid) {
    return sum(ticketsIssued, appid);
  }

  /** Sets everything to 0. */
  public void reset() {
    for (Map<?, ?> map : all()) {
      map.clear();
    }
  }

  private Iterable<Map<?, ?>> all() {
    return List.of(
        calls,
        successes,
        errors,
        refreshes,
        successfulRefreshes,
        refreshesOfOpenid,
        successfulRefreshesOfOpenid,
        exchanges,
        successfulExchanges,
        appTokenFetches,
        appTokensIssued,
        appTokensForced,
        ticketFetches,
        ticketsIssued);
  }

  void arrived(Call call, @Nullable String openid) {
    add(calls, call.endpoint());
    if (call.endpoint() == Endpoint.REFRESH) {
      add(refreshes, call.parameter("refresh_token"));
      if (openid != null) {
        add(refreshesOfOpenid, openid);
      }
    } else if (call.code() != null) {
      add(exchanges, call.code());
    }
  }

  void succeeded(Call call, @Nullable String openid) {
    add(successes, call.endpoint());
    if (call.endpoint() == Endpoint.REFRESH) {
      add(successfulRefreshes, call.parameter("refresh_token"));
      if (openid != null) {
        add(successfulRefreshesOfOpenid, openid);
      }
    } else if (call.code() != null) {
      add(successfulExchanges, call.code());
    }
  }

  void fetchedAppToken(String appid) {
    add(appTokenFetches, appid);
  }

  void issuedAppToken(String appid) {
    add(appTokensIssued, appid);
  }

  void forcedAppToken(String appid) {
    add(appTokensForced, appid);
  }

  void fetchedTicket(String appid) {
    add(ticketFetches, appid);
  }

  void issuedTicket(String appid) {
    add(ticketsIssued, appid);
  }

  void refused(Endpoint endpoint, int errcode) {
    add(errors.computeIfAbsent(endpoint, e -> new ConcurrentHashMap<>()), errcode);
  }

  /** Tokens and codes only with {@code detail}: there are as many as users and logins. */
  Map<String, Object> toJson(boolean detail) {
    Map<String, Object> json = new TreeMap<>();
    json.put("total", total());
    json.put("calls", sums(calls));
    json.put("successes", sums(successes));
    Map<String, Object> refusals = new TreeMap<>();
    errors.forEach((endpoint, codes) -> refusals.put(endpoint.name(), sums(codes)));
    json.put("errors", refusals);
    json.put("refreshesOfOpenid", sums(refreshesOfOpenid));
    json.put("successfulRefreshesOfOpenid", sums(successfulRefreshesOfOpenid));
    json.put("appTokenFetches", sums(appTokenFetches));
    json.put("appTokensIssued", sums(appTokensIssued));
    json.put("appTokensForced", sums(appTokensForced));
    json.put("ticketFetches", sums(ticketFetches));
    json.put("ticketsIssued", sums(ticketsIssued));
    if (detail) {
      json.put("refreshes", sums(refreshes));
      json.put("successfulRefreshes", sums(successfulRefreshes));
      json.put("exchanges", sums(exchanges));
      json.put("successfulExchanges", sums(successfulExchanges));
    }
    return json;
  }

  private static Map<String, Object> sums(Map<?, LongAdder> map) {
    Map<String, Object> sums = new TreeMap<>();
    map.forEach((key, count) -> sums.put(key.toString(), count.sum()));
    return sums;
  }

  private static <K> void add(Map<K, LongAdder> map, K key) {
    map.computeIfAbsent(key, k -> new LongAdder()).increment();
  }

  private static <K> long sum(Map<K, LongAdder> map, K key) {
    LongAdder count = map.get(key);
    return count == null ? 0 : count.sum();
  }
}
