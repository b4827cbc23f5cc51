package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The apps' global tokens and tickets (docs/wechat-protocol.md#app-token). Thread-safe. */
final class GlobalTokens {
  private static final Duration OVERLAP = Duration.ofMinutes(5);
  private static final Duration BETWEEN_FORCED = Duration.ofSeconds(30);
  private static final int FORCED_PER_DAY = 20;

  private final Map<String, Token> byText = new HashMap<>();
  private final Map<String, Line> plain = new HashMap<>();
  private final Map<String, Line> stable = new HashMap<>();
  private final Map<String, Issued> tickets = new HashMap<>();
  private final SimulatorClock clock;
  private final Behaviour behaviour;
  private final Counters counters;

  GlobalTokens(SimulatorClock clock, Behaviour behaviour, Counters counters) {
    this.clock = clock;
    this.behaviour = behaviour;
    this.counters = counters;
  }

  /** A token or ticket as an answer shows it. */
  record Issued(String text, Instant expiresAt) {
    /** Rounded up: the clock runs on between the issue and the answer. */
    long expiresIn(Instant now) {
      return (Duration.between(now, expiresAt).toMillis() + 999) / 1000;
    }
  }

  private static final class Token {
    final SimulatorApp app;
    final Issued issued;
    Instant worksUntil;

    Token(SimulatorApp app, Instant expiresAt) {
      this.app = app;
      this.issued = new Issued(Names.token(), expiresAt);
      this.worksUntil = expiresAt;
    }

    void retire(Instant at) {
      worksUntil = at.isBefore(worksUntil) ? at : worksUntil;
    }
  }

  /** The tokens of one app from one of the two calls; the two never touch each other's. */
  private static final class Line {
    @Nullable Token current;
    @Nullable Token previous;
    Instant lastForced = Instant.MIN;
    long forcedDay;
    int forcedToday;
  }

  /** {@code /cgi-bin/token}: always a new one; the one before works on for a while. */
  synchronized Issued fetch(SimulatorApp app) {
    return replace(app, plain.computeIfAbsent(app.appid(), a -> new Line()), OVERLAP);
  }

  /** {@code /cgi-bin/stable_token}. */
  synchronized Issued fetchStable(SimulatorApp app, boolean force) {
    Line line = stable.computeIfAbsent(app.appid(), a -> new Line());
    Instant now = clock.instant();
    if (force && !now.isBefore(earliestForced(line))) {
      countForced(line, now);
      counters.forcedAppToken(app.appid());
      boolean overlaps = behaviour.isOn(Switch.FORCED_TOKEN_OVERLAP);
      return replace(app, line, overlaps ? OVERLAP : Duration.ZERO);
    }
    Token current = line.current;
    if (current != null && now.isBefore(current.worksUntil.minus(OVERLAP))) {
      return current.issued;
    }
    return replace(app, line, OVERLAP);
  }

  private static Instant earliestForced(Line line) {
    return line.lastForced.equals(Instant.MIN) ? Instant.MIN : line.lastForced.plus(BETWEEN_FORCED);
  }

  private static void countForced(Line line, Instant now) {
    long day = Quotas.dayOf(now);
    if (line.forcedDay != day) {
      line.forcedDay = day;
      line.forcedToday = 0;
    }
    if (line.forcedToday == FORCED_PER_DAY) {
      throw new Refusal(45009);
    }
    line.forcedToday++;
    line.lastForced = now;
  }

  private Issued replace(SimulatorApp app, Line line, Duration overlap) {
    Instant now = clock.instant();
    if (line.previous != null) {
      line.previous.retire(now);
    }
    if (line.current != null) {
      line.current.retire(now.plus(overlap));
    }
    Token token = new Token(app, now.plusSeconds(behaviour.expiresIn()));
    line.previous = line.current;
    line.current = token;
    byText.put(token.issued.text, token);
    counters.issuedAppToken(app.appid());
    return token.issued;
  }

  /** The app whose living token this is. */
  synchronized SimulatorApp live(String accessToken) {
    Token token = byText.get(accessToken);
    Instant now = clock.instant();
    if (token == null) {
      throw new Refusal(behaviour.isOn(Switch.UNKNOWN_TOKEN_IS_40014) ? 40014 : 40001);
    }
    if (!now.isBefore(token.issued.expiresAt)) {
      throw new Refusal(42001);
    }
    if (!now.isBefore(token.worksUntil)) {
      throw new Refusal(40001);
    }
    return token.app;
  }

  synchronized boolean kill(String accessToken) {
    Token token = byText.get(accessToken);
    if (token != null) {
      token.retire(clock.instant());
    }
    return token != null;
  }

  synchronized void killAllOf(SimulatorApp app) {
    byText.values().stream()
        .filter(token -> token.app.appid().equals(app.appid()))
        .forEach(token -> token.retire(clock.instant()));
  }

  /** The ticket of one type, the same while it lives. */
  synchronized Issued ticket(SimulatorApp app, String type) {
    Duration ahead = behaviour.isOn(Switch.NEW_TICKET_AHEAD) ? OVERLAP : Duration.ZERO;
    Instant now = clock.instant();
    Issued ticket = tickets.get(app.appid() + ' ' + type);
    if (ticket == null || !now.isBefore(ticket.expiresAt.minus(ahead))) {
      ticket = new Issued(Names.ticket(), now.plusSeconds(behaviour.expiresIn()));
      tickets.put(app.appid() + ' ' + type, ticket);
      counters.issuedTicket(app.appid());
    }
    return ticket;
  }
}
