package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Limits the calls of an app to an endpoint, by the simulator's clock; a day begins at midnight in
 * China. Above a minute's limit comes 45011, above a day's 45009. The limits of {@link
 * Endpoint#JSCODE2SESSION} are per user, all others per app. Thread-safe.
 */
public final class Quotas {
  private static final Duration CHINA = Duration.ofHours(8);
  private static final Limit NONE = new Limit(0, 0);

  private final Map<Endpoint, Limit> limits = new ConcurrentHashMap<>();
  private final Map<String, Usage> usages = new ConcurrentHashMap<>();
  private final SimulatorClock clock;

  Quotas(SimulatorClock clock) {
    this.clock = clock;
    limits.putAll(documented());
  }

  /**
   * A limit.
   *
   * @param perMinute calls per minute, 0 for no limit
   * @param perDay calls per day, 0 for no limit
   */
  public record Limit(long perMinute, long perDay) {}

  private static Map<Endpoint, Limit> documented() {
    Map<Endpoint, Limit> documented = new EnumMap<>(Endpoint.class);
    documented.put(Endpoint.EXCHANGE, new Limit(50_000, 0));
    documented.put(Endpoint.REFRESH, new Limit(50_000, 0));
    documented.put(Endpoint.USERINFO, new Limit(50_000, 0));
    documented.put(Endpoint.JSCODE2SESSION, new Limit(100, 0));
    documented.put(Endpoint.RESET_SESSION_KEY, new Limit(60_000, 0));
    documented.put(Endpoint.TOKEN, new Limit(0, 2_000));
    documented.put(Endpoint.STABLE_TOKEN, new Limit(10_000, 500_000));
    documented.put(Endpoint.TICKET, new Limit(0, 1_000_000));
    return documented;
  }

  /**
   * The limit of an endpoint; the documented one at first (docs/wechat-protocol.md#quotas).
   *
   * @param endpoint which
   * @return the limit
   */
  public Limit limit(Endpoint endpoint) {
    return limits.getOrDefault(endpoint, NONE);
  }

  /**
   * Changes a limit. What was used before still counts.
   *
   * @param endpoint which
   * @param limit the new limit
   * @return this
   */
  public Quotas limit(Endpoint endpoint, Limit limit) {
    limits.put(endpoint, limit);
    return this;
  }

  /**
   * Removes all limits, for load tests.
   *
   * @return this
   */
  public Quotas unlimited() {
    limits.clear();
    return this;
  }

  Map<String, Object> toJson() {
    Map<String, Object> json = new TreeMap<>();
    limits.forEach(
        (endpoint, limit) ->
            json.put(
                endpoint.name(),
                Json.object("perMinute", limit.perMinute(), "perDay", limit.perDay())));
    return json;
  }

  void count(Endpoint endpoint, String subject) {
    Limit limit = limit(endpoint);
    if (!limit.equals(NONE)) {
      usages.computeIfAbsent(endpoint + " " + subject, s -> new Usage()).count(limit);
    }
  }

  static long dayOf(Instant instant) {
    return Math.floorDiv(instant.plus(CHINA).getEpochSecond(), 86_400L);
  }

  private final class Usage {
    private long minute;
    private long inMinute;
    private long day;
    private long inDay;

    synchronized void count(Limit limit) {
      Instant now = clock.instant();
      long thisMinute = Math.floorDiv(now.getEpochSecond(), 60L);
      inMinute = thisMinute == minute ? inMinute + 1 : 1;
      minute = thisMinute;
      inDay = dayOf(now) == day ? inDay + 1 : 1;
      day = dayOf(now);
      if (limit.perDay() > 0 && inDay > limit.perDay()) {
        throw new Refusal(45009);
      }
      if (limit.perMinute() > 0 && inMinute > limit.perMinute()) {
        throw new Refusal(45011);
      }
    }
  }
}
