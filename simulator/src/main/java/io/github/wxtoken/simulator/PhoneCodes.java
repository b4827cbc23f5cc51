package io.github.wxtoken.simulator;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The codes of the button that asks for a phone number (docs/wechat-protocol.md#phone-number). They
 * are no sign-in codes. Thread-safe.
 */
final class PhoneCodes {
  private static final Duration LIFE = Duration.ofMinutes(5);

  private final Map<String, Code> codes = new ConcurrentHashMap<>();
  private final SimulatorClock clock;
  private final Behaviour behaviour;

  PhoneCodes(SimulatorClock clock, Behaviour behaviour) {
    this.clock = clock;
    this.behaviour = behaviour;
  }

  private record Code(
      SimulatorApp app,
      Directory.User user,
      PhoneNumber number,
      Instant issuedAt,
      AtomicBoolean used) {}

  String issue(SimulatorApp app, Directory.User user, PhoneNumber number) {
    String text = Names.code();
    codes.put(text, new Code(app, user, number, clock.instant(), new AtomicBoolean()));
    return text;
  }

  /**
   * Consumes a code.
   *
   * @param openid the user that the caller expects, or empty for any
   */
  PhoneNumber use(String text, SimulatorApp app, String openid) {
    Code code = codes.get(text);
    if (code == null || !code.app.appid().equals(app.appid())) {
      throw new Refusal(40029);
    }
    if (!openid.isEmpty() && !openid.equals(code.user.openid())) {
      throw new Refusal(40029);
    }
    if (!clock.instant().isBefore(code.issuedAt.plus(LIFE))) {
      throw new Refusal(40029);
    }
    if (!code.used.compareAndSet(false, true)) {
      throw new Refusal(behaviour.isOn(Switch.USED_CODE_IS_40029) ? 40029 : 40163);
    }
    return code.number;
  }
}
