package io.github.wxtoken.simulator;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The codes of both kinds: of the authorize pages and of {@code wx.login}
 * (docs/wechat-protocol.md#products).
 */
final class Codes {
  private final Map<String, Code> codes = new ConcurrentHashMap<>();
  private final SimulatorClock clock;
  private final Behaviour behaviour;

  Codes(SimulatorClock clock, Behaviour behaviour) {
    this.clock = clock;
    this.behaviour = behaviour;
  }

  /** The grant that a code stands for. {@code scope} is null for a mini program's. */
  static final class Code {
    final SimulatorApp app;
    final Directory.User user;
    final @Nullable Scope scope;
    private final Instant issuedAt;
    private boolean used;

    Code(SimulatorApp app, Directory.User user, @Nullable Scope scope, Instant issuedAt) {
      this.app = app;
      this.user = user;
      this.scope = scope;
      this.issuedAt = issuedAt;
    }
  }

  String issue(SimulatorApp app, Directory.User user, @Nullable Scope scope, Instant issuedAt) {
    String text = Names.code();
    codes.put(text, new Code(app, user, scope, issuedAt));
    return text;
  }

  @Nullable String openidOf(String text) {
    Code code = codes.get(text);
    return code == null ? null : code.user.openid();
  }

  /** Consumes a code: if several callers use it at once, exactly one gets it. */
  Code use(String text, SimulatorApp app, boolean miniProgram) {
    Code code = codes.get(text);
    if (code == null || !code.app.appid().equals(app.appid())) {
      burn(text);
      throw new Refusal(40029);
    }
    if ((code.scope == null) != miniProgram) {
      throw new Refusal(40029);
    }
    synchronized (code) {
      if (code.used) {
        throw new Refusal(behaviour.isOn(Switch.USED_CODE_IS_40029) ? 40029 : 40163);
      }
      if (!clock.instant().isBefore(code.issuedAt.plus(app.kind().codeLife()))) {
        throw new Refusal(behaviour.isOn(Switch.EXPIRED_CODE_IS_42003) ? 42003 : 40029);
      }
      code.used = true;
      return code;
    }
  }

  /** Consumes the code after a failed exchange, if the switch says so. */
  void burn(String text) {
    Code code = codes.get(text);
    if (code != null && behaviour.isOn(Switch.CODE_BURNT_BY_FAILURE)) {
      synchronized (code) {
        code.used = true;
      }
    }
  }
}
