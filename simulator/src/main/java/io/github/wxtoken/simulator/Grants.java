package io.github.wxtoken.simulator;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The users' token pairs and when they live (docs/wechat-protocol.md#user-token-and-app-token).
 * Thread-safe.
 */
final class Grants {
  private final Map<String, AccessToken> accessTokens = new HashMap<>();
  private final Map<String, Grant> byRefreshToken = new HashMap<>();
  private final Map<String, Grant> latestByOpenid = new HashMap<>();
  private final SimulatorClock clock;
  private final Behaviour behaviour;

  Grants(SimulatorClock clock, Behaviour behaviour) {
    this.clock = clock;
    this.behaviour = behaviour;
  }

  /** One consent: a refresh token for its whole life, and the access token of the moment. */
  static final class Grant {
    final SimulatorApp app;
    final Directory.User user;
    final Scope scope;
    final boolean readsProfile;
    final String refreshToken = Names.token();
    private final Instant issuedAt;
    private int errcode;
    private AccessToken accessToken;

    Grant(Codes.Code code, Scope scope, boolean readsProfile, Instant issuedAt, int life) {
      this.app = code.app;
      this.user = code.user;
      this.scope = scope;
      this.readsProfile = readsProfile;
      this.issuedAt = issuedAt;
      this.accessToken = new AccessToken(this, issuedAt.plusSeconds(life));
    }
  }

  private static final class AccessToken {
    final String text = Names.token();
    final Grant grant;
    Instant expiresAt;
    boolean killed;

    AccessToken(Grant grant, Instant expiresAt) {
      this.grant = grant;
      this.expiresAt = expiresAt;
    }
  }

  /** The pair as an answer shows it, taken under the lock. */
  record Pair(Grant grant, String accessToken, int expiresIn) {}

  synchronized Pair issue(Codes.Code code, Scope scope) {
    Instant now = clock.instant();
    Grant older = latestByOpenid.get(code.user.openid());
    boolean keeps =
        older != null && older.readsProfile && behaviour.isOn(Switch.BASE_KEEPS_PROFILE);
    if (older != null && older.errcode == 0 && behaviour.isOn(Switch.EXCHANGE_SUPERSEDES)) {
      older.errcode = 40030;
    }
    int life = behaviour.expiresIn();
    Grant grant = new Grant(code, scope, scope.opensProfile() || keeps, now, life);
    accessTokens.put(grant.accessToken.text, grant.accessToken);
    byRefreshToken.put(grant.refreshToken, grant);
    latestByOpenid.put(code.user.openid(), grant);
    return new Pair(grant, grant.accessToken.text, life);
  }

  synchronized @Nullable String openidOfRefreshToken(String refreshToken) {
    Grant grant = byRefreshToken.get(refreshToken);
    return grant == null ? null : grant.user.openid();
  }

  synchronized Pair refresh(SimulatorApp app, String refreshToken) {
    Grant grant = byRefreshToken.get(refreshToken);
    if (grant == null || !grant.app.appid().equals(app.appid())) {
      throw new Refusal(40030);
    }
    if (grant.errcode != 0) {
      throw new Refusal(grant.errcode);
    }
    Instant now = clock.instant();
    if (!now.isBefore(grant.issuedAt.plus(grant.app.kind().refreshTokenLife()))) {
      throw new Refusal(42002);
    }
    int life = behaviour.expiresIn();
    if (isDead(grant.accessToken)) {
      grant.accessToken = new AccessToken(grant, now.plusSeconds(life));
      accessTokens.put(grant.accessToken.text, grant.accessToken);
    } else {
      grant.accessToken.expiresAt = now.plusSeconds(life);
    }
    return new Pair(grant, grant.accessToken.text, life);
  }

  /** The grant of a living access token. */
  synchronized Grant live(String accessToken) {
    AccessToken token = accessTokens.get(accessToken);
    if (token == null) {
      throw new Refusal(behaviour.isOn(Switch.UNKNOWN_TOKEN_IS_40014) ? 40014 : 40001);
    }
    if (token.grant.errcode == 42007) {
      throw new Refusal(42007);
    }
    if (token.grant.errcode != 0 || token.killed) {
      throw new Refusal(40001);
    }
    if (isDead(token)) {
      throw new Refusal(42001);
    }
    return token.grant;
  }

  synchronized boolean kill(String accessToken) {
    AccessToken token = accessTokens.get(accessToken);
    if (token != null) {
      token.killed = true;
    }
    return token != null;
  }

  /** Ends all that a user has granted to an app: refreshes give the errcode from now on. */
  synchronized void end(String openid, int errcode) {
    for (Grant grant : byRefreshToken.values()) {
      if (grant.user.openid().equals(openid) && grant.errcode == 0) {
        grant.errcode = errcode;
      }
    }
  }

  private boolean isDead(AccessToken token) {
    return token.killed || !clock.instant().isBefore(token.expiresAt);
  }
}
