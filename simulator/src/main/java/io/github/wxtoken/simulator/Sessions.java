package io.github.wxtoken.simulator;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The mini program users' session keys, one living key per user
 * (docs/wechat-protocol.md#mini-program-session). Thread-safe.
 */
final class Sessions {
  private final Map<String, Session> byOpenid = new HashMap<>();
  private final SimulatorClock clock;
  private final Behaviour behaviour;

  Sessions(SimulatorClock clock, Behaviour behaviour) {
    this.clock = clock;
    this.behaviour = behaviour;
  }

  private record Session(String key, Instant lastUse) {}

  synchronized String login(String openid) {
    Session session = new Session(Names.sessionKey(), clock.instant());
    byOpenid.put(openid, session);
    return session.key;
  }

  /** Null where there is none or it is too old. */
  synchronized @Nullable String livingKey(String openid) {
    Session session = byOpenid.get(openid);
    if (session == null) {
      return null;
    }
    Instant diesAt = session.lastUse.plus(behaviour.sessionKeyLife());
    return clock.instant().isBefore(diesAt) ? session.key : null;
  }

  /** A use keeps a key alive. */
  synchronized void use(String openid) {
    Instant now = clock.instant();
    byOpenid.computeIfPresent(openid, (o, session) -> new Session(session.key, now));
  }

  /** A new key that inherits the old one's expiry. */
  synchronized String reset(String openid) {
    Session old = byOpenid.get(openid);
    Instant lastUse = old == null ? clock.instant() : old.lastUse;
    Session session = new Session(Names.sessionKey(), lastUse);
    byOpenid.put(openid, session);
    return session.key;
  }
}
