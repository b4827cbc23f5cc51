package io.github.wxtoken.simulator;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How this WeChat behaves: the switches, and what takes a value. Thread-safe; acts at once. */
public final class Behaviour {
  private final Set<Switch> on =
      Collections.synchronizedSet(
          Stream.of(Switch.values())
              .filter(Switch::initially)
              .collect(Collectors.toCollection(() -> EnumSet.noneOf(Switch.class))));
  private volatile Consent consent = Consent.PAGE;
  private volatile Duplicate duplicate = Duplicate.NONE;
  private volatile ErrmsgSuffix errmsgSuffix = ErrmsgSuffix.RID_WITH_COMMA;
  private volatile Duration callbackDelay = Duration.ZERO;
  private volatile Duration sessionKeyLife = Duration.ofDays(3);
  private volatile int expiresIn = 7200;
  private volatile int pageError;

  Behaviour() {}

  /**
   * Turns a switch on or off.
   *
   * @param which the switch
   * @param value on or off
   * @return this
   */
  public Behaviour set(Switch which, boolean value) {
    if (value) {
      on.add(which);
    } else {
      on.remove(which);
    }
    return this;
  }

  /**
   * Whether a switch is on.
   *
   * @param which the switch
   * @return whether it is on
   */
  public boolean isOn(Switch which) {
    return on.contains(which);
  }

  /**
   * What becomes of authorizations that need consent.
   *
   * @return {@link Consent#PAGE} at first
   */
  public Consent consent() {
    return consent;
  }

  /**
   * Decides what becomes of authorizations that need consent.
   *
   * @param value the new mode
   * @return this
   */
  public Behaviour consent(Consent value) {
    consent = value;
    return this;
  }

  /**
   * Whether callbacks come twice.
   *
   * @return {@link Duplicate#NONE} at first
   */
  public Duplicate duplicate() {
    return duplicate;
  }

  /**
   * Makes callbacks come twice, or once.
   *
   * @param value the new mode
   * @return this
   */
  public Behaviour duplicate(Duplicate value) {
    duplicate = value;
    return this;
  }

  /**
   * How errmsg ends.
   *
   * @return {@link ErrmsgSuffix#RID_WITH_COMMA} at first
   */
  public ErrmsgSuffix errmsgSuffix() {
    return errmsgSuffix;
  }

  /**
   * Changes how errmsg ends.
   *
   * @param value the new form
   * @return this
   */
  public Behaviour errmsgSuffix(ErrmsgSuffix value) {
    errmsgSuffix = value;
    return this;
  }

  /**
   * How old a code already is when the callback carries it.
   *
   * @return zero at first
   */
  public Duration callbackDelay() {
    return callbackDelay;
  }

  /**
   * Makes callbacks late: the code that they carry was issued this long ago, by the simulator's
   * clock. Nobody waits; for a real delay use {@link Fault#slow}.
   *
   * @param value at least the code's life (300 s or 600 s) makes it arrive expired
   * @return this
   */
  public Behaviour callbackDelay(Duration value) {
    callbackDelay = value;
    return this;
  }

  /**
   * How long a session key lives after its last use [U]
   * (docs/wechat-protocol.md#mini-program-session).
   *
   * @return three days at first
   */
  public Duration sessionKeyLife() {
    return sessionKeyLife;
  }

  /**
   * Changes how long a session key lives after its last use.
   *
   * @param value the life of keys old and new
   * @return this
   */
  public Behaviour sessionKeyLife(Duration value) {
    sessionKeyLife = value;
    return this;
  }

  /**
   * The life of user tokens, global tokens and tickets.
   *
   * @return seconds, 7200 at first
   */
  public int expiresIn() {
    return expiresIn;
  }

  /**
   * Changes the life of tokens and tickets issued or renewed from now on.
   *
   * @param seconds more than 0
   * @return this
   */
  public Behaviour expiresIn(int seconds) {
    if (seconds <= 0) {
      throw new IllegalArgumentException("expiresIn must be positive: " + seconds);
    }
    expiresIn = seconds;
    return this;
  }

  /**
   * The error that every authorize page shows.
   *
   * @return the code, 0 for none
   */
  public int pageError() {
    return pageError;
  }

  /**
   * Makes every authorize page an error page: for what has no cause here, such as 10004 (banned),
   * 10006 (follow first), 10009 (too frequent) and 10015 (docs/wechat-protocol.md#page-errors).
   *
   * @param code the code, 0 for none
   * @return this
   */
  public Behaviour pageError(int code) {
    pageError = code;
    return this;
  }

  String suffixed(String errmsg) {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    return errmsg
        + String.format(
            Locale.ROOT,
            errmsgSuffix.format(),
            random.nextInt(),
            random.nextInt(),
            random.nextInt());
  }
}
